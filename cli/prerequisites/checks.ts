import { type Check, doubtful, fine, missing, type Needs } from './check.ts';
import { dockerChecks } from './docker-checks.ts';
import { type Facts, type KernelFeature, kernelFeatures, type Program } from './facts.ts';

/** What the checks are for. */
export interface Purpose {
  /** Pods are to run on the Docker of this machine; false where specs start one of their own. */
  readonly daemon: boolean;
}

const nodeMin = [22, 18] as const;
const gigabyte = 1024 ** 3;

const atLeast = (version: string, [major, minor]: readonly [number, number]): boolean => {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
};

const nodeCheck = ({ node }: Facts): Check => {
  const needs = { name: 'Node.js', why: 'runs Reckon, whose TypeScript it reads as it is' };
  return atLeast(node, nodeMin)
    ? fine(needs, node)
    : missing(
        needs,
        `${node}, older than ${nodeMin.join('.')}`,
        'Run "npm ci", and start Reckon by "npx" or "npm start": they use the Node.js that comes with it',
      );
};

const linuxCheck = ({ platform }: Facts): Check => {
  const needs = { name: 'Linux', why: 'pods are containers of this kernel' };
  return platform === 'linux'
    ? fine(needs, 'yes')
    : missing(needs, `this is ${platform}`, 'Start nodes that run nothing: npx reckon up --simulate');
};

const rootCheck = ({ root }: Facts): Check => {
  const needs = { name: 'root', why: 'the agent writes packet rules, makes bridges and mounts volumes' };
  return root ? fine(needs, 'yes') : missing(needs, 'another user', 'Run the same command with sudo');
};

const programNeeds: Readonly<Record<Exclude<Program, 'dockerd' | 'busybox'>, [string, string]>> = {
  iptables: ['iptables', 'Services are packet rules'],
  'iptables-restore': ['iptables', 'changes packet rules all at once'],
  conntrack: ['conntrack', 'ends UDP flows to pods that are gone'],
  ip: ['iproute2', 'gives pods their network'],
};

const programChecks = ({ programs }: Facts): readonly Check[] =>
  Object.entries(programNeeds).map(([name, [packageName, why]]) => {
    // The keys are programs.
    const path = programs[name as Program];
    return path !== undefined
      ? fine({ name, why }, path)
      : missing({ name, why }, 'not found', `Install ${packageName}`, { packages: [packageName] });
  });

const busyboxCheck = ({ programs, busyboxStatic }: Facts): Check => {
  const needs = { name: 'busybox, static', why: "the demo's images are made of it, so that no registry is needed" };
  if (busyboxStatic) return fine(needs, programs.busybox ?? '');
  const found = programs.busybox === undefined ? 'not found' : `${programs.busybox} needs libraries`;
  return missing(needs, found, 'Install a statically linked busybox as /bin/busybox', { packages: ['busybox-static'] });
};

const featureWhy: Readonly<Record<KernelFeature, string>> = {
  overlay: 'containers share the layers of their images',
  bridge: "joins a node's pods",
  veth: 'is the cable between a pod and the bridge',
  nf_nat: "leads a Service's address to its pods",
  br_netfilter: 'makes packets between two pods of one node pass the Service rules',
};

const kernelCheck = (feature: KernelFeature, presence: Facts['kernel'][KernelFeature]): Check => {
  const needs = { name: `kernel: ${feature}`, why: featureWhy[feature] };
  if (presence === 'built-in') return fine(needs, 'there');
  if (presence === 'module') return fine(needs, 'a module, loaded on first use');
  return presence === 'unknown'
    ? doubtful(needs, 'the kernel does not say', `If pods do not start, try: modprobe ${feature}`)
    : missing(needs, 'not in this kernel', `Start a kernel that has ${feature}`);
};

const forwardCheck = ({ ipForward, root }: Facts): Check => {
  const needs = { name: 'ip_forward', why: 'packets pass from pod to pod and out of the machine' };
  if (ipForward) return fine(needs, '1');
  return root ? fine(needs, '0; the agent sets it to 1') : doubtful(needs, '0', 'Run: sysctl -w net.ipv4.ip_forward=1');
};

const cgroupCheck = ({ cgroup }: Facts): Check => {
  const needs = { name: 'cgroups', why: 'hold containers to their limits' };
  return cgroup === 'none'
    ? missing(needs, 'nothing is mounted under /sys/fs/cgroup', 'Run: mount -t cgroup2 none /sys/fs/cgroup')
    : fine(needs, cgroup);
};

const diskCheck = ({ disk: { path, freeBytes } }: Facts): Check => {
  const needs: Needs = { name: 'disk', why: 'images, volumes and the log need room' };
  const found = `${(freeBytes / gigabyte).toFixed(1)} GiB free for ${path}`;
  if (freeBytes < 0.25 * gigabyte)
    return missing(needs, found, `Make room there: "docker system df" shows what Docker holds`);
  return freeBytes < 2 * gigabyte ? doubtful(needs, found, 'Make room before images are pulled') : fine(needs, found);
};

const portCheck = ({ port, free }: Facts['ports'][number]): Check => {
  const needs = { name: `port ${port}`, why: 'the API server listens on it' };
  return free
    ? fine(needs, 'free')
    : doubtful(
        needs,
        'something listens on it',
        `See what: ss -ltnp "sport = :${port}"; or choose another: npx reckon up --port <n>`,
      );
};

/** What is there and what is missing, by the facts alone. */
export const checksOf = (facts: Facts, purpose: Purpose): readonly Check[] => {
  if (facts.platform !== 'linux') return [nodeCheck(facts), linuxCheck(facts)];
  return [
    nodeCheck(facts),
    linuxCheck(facts),
    rootCheck(facts),
    ...dockerChecks(facts, purpose.daemon),
    ...programChecks(facts),
    busyboxCheck(facts),
    ...kernelFeatures.map((feature) => kernelCheck(feature, facts.kernel[feature])),
    forwardCheck(facts),
    cgroupCheck(facts),
    diskCheck(facts),
    ...facts.ports.map(portCheck),
  ];
};

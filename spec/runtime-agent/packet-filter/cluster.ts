import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { addBridge, type Network, openNetwork } from './network.ts';

const peer = fileURLToPath(new URL('./peer.ts', import.meta.url));

/** Starts the program of peer.ts in a network. */
const startPeer = (network: Network, ...args: string[]): ChildProcess => {
  const [file = '', ...rest] = [...network.prefix, process.execPath, peer, ...args];
  return spawn(file, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
};

const nextLine = async ({ stdout }: ChildProcess): Promise<string> => String((await once(stdout!, 'data'))[0]).trim();

/** One UDP socket in a network, connected to an address. */
export interface UdpClient {
  /** Sends a packet and answers what comes back: the answer, or an error such as `ECONNREFUSED`. */
  ask(): Promise<string>;
}

/** A node with its bridge and pods, and a machine outside: real network namespaces, joined by cables. */
export interface Cluster {
  readonly node: Network;
  /** 192.168.77.2 on the cable to the node's 192.168.77.1. */
  readonly outside: Network;
  /** Starts the same program in any network, on port 8080. */
  serve(network: Network, name: string): Promise<void>;
  /** Plugs a pod into the bridge whose program listens on port 8080 and answers with the pod's name and its client. */
  addPod(name: string, ip: string): Promise<Network>;
  /** Runs curl in a network and answers what it prints and how long it took. */
  curl(
    from: Network,
    ...args: string[]
  ): Promise<{ readonly code: number; readonly body: string; readonly tookMs: number }>;
  udp(from: Network, ip: string, port: number): UdpClient;
  remove(): Promise<void>;
}

const curlMsMax = 5_000;

/** Needs root. */
export const openCluster = (): Cluster => {
  const [node, outside] = [openNetwork(), openNetwork()];
  const networks = [node, outside];
  const peers: ChildProcess[] = [];
  const start = (network: Network, ...args: string[]) => {
    const child = startPeer(network, ...args);
    peers.push(child);
    return child;
  };
  const serve = async (network: Network, name: string) => {
    const server = start(network, 'serve', name, '8080');
    if ((await nextLine(server)) !== 'ready') throw new Error(`The program of ${name} did not start`);
  };
  addBridge(node);
  node.run('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', outside.name);
  node.run('ip', 'addr', 'add', '192.168.77.1/24', 'dev', 'eth0');
  outside.run('ip', 'addr', 'add', '192.168.77.2/24', 'dev', 'eth0');
  for (const { run } of networks) run('ip', 'link', 'set', 'eth0', 'up');

  return {
    node,
    outside,
    serve,
    addPod: async (name, ip) => {
      const pod = openNetwork();
      networks.push(pod);
      node.run('ip', 'link', 'add', 'name', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pod.name);
      node.run('ip', 'link', 'set', 'dev', name, 'master', 'reckon0', 'up');
      pod.run('ip', 'addr', 'add', `${ip}/24`, 'dev', 'eth0');
      for (const device of ['lo', 'eth0']) pod.run('ip', 'link', 'set', device, 'up');
      pod.run('ip', 'route', 'add', 'default', 'via', '10.244.1.1');
      await serve(pod, name);
      return pod;
    },
    curl: async (from, ...args) => {
      const [file = '', ...prefix] = from.prefix;
      const seconds = String(curlMsMax / 1000);
      const began = process.hrtime.bigint();
      const took = () => Number((process.hrtime.bigint() - began) / 1_000_000n);
      const options = ['--silent', '--connect-timeout', seconds, ...args];
      return promisify(execFile)(file, [...prefix, 'curl', ...options]).then(
        ({ stdout }) => ({ code: 0, body: stdout.trim(), tookMs: took() }),
        (error: { code: number; stdout: string }) => ({ code: error.code, body: error.stdout, tookMs: took() }),
      );
    },
    udp: (from, ip, port) => {
      const client = start(from, 'udp', ip, String(port));
      return {
        ask: () => {
          client.stdin?.write('hello\n');
          return nextLine(client);
        },
      };
    },
    remove: async () => {
      for (const child of peers) {
        const ended = once(child, 'exit');
        if (child.exitCode === null && child.kill('SIGKILL')) await ended;
      }
      for (const network of networks) network.remove();
    },
  };
};

import type { Node } from '../../kinds/node.ts';
import { isFinished, type Pod } from '../../kinds/pod.ts';
import { type Amounts, amountsOf, requestsOf, sumOf, weightsOf } from '../../kinds/pod-resources.ts';
import type { World } from '../../projections/world.ts';

/** A port that a pod opens on its node. */
export interface HostPort {
  readonly protocol: string;
  /** Empty means every address. */
  readonly ip: string;
  readonly port: number;
}

/** A node as the scheduler sees it. Changes while a plan is made: what is placed counts at once. */
export interface NodeInfo {
  readonly node: Node;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly allocatable: Amounts;
  /** What its pods ask for together, `pods` among it. */
  requested: Amounts;
  /** What they probably use. */
  weighed: Amounts;
  /** Pods that this plan has placed here. */
  readonly placed: Pod[];
  /** Ports that its pods open; found out when first asked for. */
  readonly ports: () => readonly HostPort[];
}

const anyAddress = new Set(['', '0.0.0.0', '::']);

/** The host ports a pod asks for. */
export const hostPortsOf = ({ spec }: Pod): readonly HostPort[] =>
  spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, hostIP = '', protocol = 'TCP', containerPort }) => {
      const port = hostPort ?? (spec.hostNetwork ? containerPort : 0);
      return port > 0 ? [{ protocol, ip: anyAddress.has(hostIP) ? '' : hostIP, port }] : [];
    }),
  );

/** Read once per version of a node's status. */
const known = new WeakMap<object, Amounts>();

const allocatableOf = ({ status }: Node): Amounts => {
  const list = status?.allocatable ?? status?.capacity;
  if (!list) return {};
  const amounts = known.get(list) ?? amountsOf(list);
  known.set(list, amounts);
  return amounts;
};

const infoOf = (world: World, node: Node): NodeInfo => {
  const { name, labels = {} } = node.metadata;
  const placed: Pod[] = [];
  let there: readonly HostPort[] | undefined;
  return {
    node,
    name,
    labels,
    allocatable: allocatableOf(node),
    requested: world.sumOf('pods', 'requests', name),
    weighed: world.sumOf('pods', 'weights', name),
    placed,
    ports: () => {
      there ??= world
        .indexed<Pod>('pods', 'node', name)
        .filter((pod) => !isFinished(pod))
        .flatMap(hostPortsOf);
      return placed.length === 0 ? there : [...there, ...placed.flatMap(hostPortsOf)];
    },
  };
};

/** All nodes by name. */
export const nodeInfos = (world: World): readonly NodeInfo[] =>
  world.list<Node>('nodes').map((node) => infoOf(world, node));

/** The pod counts on this node from now on. */
export const place = (info: NodeInfo, pod: Pod): void => {
  info.requested = sumOf(info.requested, requestsOf(pod));
  info.weighed = sumOf(info.weighed, weightsOf(pod));
  info.placed.push(pod);
};

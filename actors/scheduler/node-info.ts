import type { Node } from '../../kinds/node.ts';
import { isFinished, type Pod } from '../../kinds/pod.ts';
import { type Amounts, amountsOf, requestsOf, sumOf } from '../../kinds/pod-resources.ts';
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
  requested: Amounts;
  pods: readonly Pod[];
  ports: readonly HostPort[];
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

/** All nodes by name, with what runs on each. */
export const nodeInfos = (world: World): readonly NodeInfo[] =>
  world.list<Node>('nodes').map((node) => {
    const pods = world.indexed<Pod>('pods', 'node', node.metadata.name).filter((pod) => !isFinished(pod));
    return {
      node,
      name: node.metadata.name,
      labels: node.metadata.labels ?? {},
      allocatable: amountsOf(node.status?.allocatable ?? node.status?.capacity),
      requested: pods.reduce<Amounts>((sum, pod) => sumOf(sum, requestsOf(pod)), {}),
      pods,
      ports: pods.flatMap(hostPortsOf),
    };
  });

/** The pod counts on this node from now on. */
export const place = (info: NodeInfo, pod: Pod): void => {
  info.requested = sumOf(info.requested, requestsOf(pod));
  info.pods = [...info.pods, pod];
  info.ports = [...info.ports, ...hostPortsOf(pod)];
};

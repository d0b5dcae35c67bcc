import type { Pod } from '../../kinds/pod.ts';
import type { World } from '../../projections/world.ts';
import type { NodeInfo } from './node-info.ts';

/** What filters and scores may look at beside the node: everything as the plan has it so far. */
export interface Scene {
  readonly world: World;
  readonly nodes: readonly NodeInfo[];
}

/** Whether a pod can run on a node at all. */
export interface Filter {
  /** As upstream names the plugin. */
  readonly name: string;
  /** Looks at the pod once and answers for each node: why not, in upstream's words; nothing when it can. */
  readonly of: (pod: Pod, scene: Scene) => (info: NodeInfo) => readonly string[];
}

/** How well a node suits a pod, among those on which it can run. */
export interface Score {
  readonly name: string;
  readonly weight: number;
  /** Points from 0 to 100 for each of these nodes, in their order. */
  readonly of: (pod: Pod, nodes: readonly NodeInfo[], scene: Scene) => readonly number[];
}

/** Nothing against it. */
export const fits: readonly string[] = [];

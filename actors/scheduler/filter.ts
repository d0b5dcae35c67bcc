import type { Pod } from '../../kinds/pod.ts';
import type { NodeInfo } from './node-info.ts';
import type { Scene } from './scene.ts';

/** Whether a pod can run on a node at all. */
export interface Filter {
  /** As upstream names the plugin. */
  readonly name: string;
  /**
   * Looks at the pod once and answers for each node: why not, in upstream's words; nothing when it can. `undefined` when the
   * pod asks for nothing that this filter looks at.
   */
  readonly of: (pod: Pod, scene: Scene) => ((info: NodeInfo) => readonly string[]) | undefined;
}

/** How well a node suits a pod, among those on which it can run. */
export interface Score {
  readonly name: string;
  readonly weight: number;
  /** Points from 0 to 100 for each of these nodes, in their order; `undefined` when the pod does not mind. */
  readonly of: (pod: Pod, nodes: readonly NodeInfo[], scene: Scene) => readonly number[] | undefined;
}

/** Nothing against it. */
export const fits: readonly string[] = [];

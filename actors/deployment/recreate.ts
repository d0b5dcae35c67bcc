import { isFinished, type Pod } from '../../kinds/pod.ts';
import type { World } from '../../projections/world.ts';
import { replicasOf, type Rollout, type Size } from './rollout.ts';

/** Old sets are emptied before anything new starts. */
export const emptySizes = ({ old }: Rollout): readonly Size[] =>
  old.filter((set) => replicasOf(set) > 0).map((set) => ({ set, to: 0 }));

/** Whether a pod of an old set still runs, if only to its end. */
export const oldPodsRun = (world: World, { old }: Rollout): boolean =>
  old.some(({ metadata }) => world.ownedBy(metadata.uid).some((one) => one.kind === 'Pod' && !isFinished(one as Pod)));

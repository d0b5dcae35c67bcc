import { isFinished, type Pod } from '../kinds/pod.ts';

export const isTerminating = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

/** Neither over nor going: it counts for whoever keeps a number of pods. */
export const isActive = (pod: Pod): boolean => !isFinished(pod) && !isTerminating(pod);

const readyCondition = ({ status }: Pod) => status?.conditions?.find(({ type }) => type === 'Ready');

export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True';

/** Since when it is ready, ms since the Unix epoch; `undefined` when it is not. */
export const readySince = (pod: Pod): number | undefined => {
  const condition = readyCondition(pod);
  if (condition?.status !== 'True') return undefined;
  return condition.lastTransitionTime ? Date.parse(condition.lastTransitionTime) : 0;
};

/** When a pod counts as available, having been ready for `minReadySeconds`; `undefined` while it is not ready. */
export const availableFrom = (pod: Pod, minReadySeconds: number): number | undefined => {
  const since = readySince(pod);
  if (since === undefined) return undefined;
  return minReadySeconds === 0 ? 0 : since + minReadySeconds * 1_000;
};

import type { Toleration } from '../../kinds/schema/api/core-v1.ts';
import { onNewPods } from './pods.ts';

/** How long a pod stays on a node that is not ready or not heard of, unless it says so itself. */
const tolerationSeconds = 300;
const troubles = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

const covers = ({ key, effect }: Toleration, trouble: string): boolean =>
  (!key || key === trouble) && (!effect || effect === 'NoExecute');

/** A short trouble of a node evicts nobody. */
export const defaultTolerationSeconds = onNewPods('DefaultTolerationSeconds', ({ pod }) => {
  const tolerations = pod.spec.tolerations ?? [];
  const missing = troubles
    .filter((trouble) => !tolerations.some((one) => covers(one, trouble)))
    .map((key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds }));
  return missing.length === 0 ? pod : { ...pod, spec: { ...pod.spec, tolerations: [...tolerations, ...missing] } };
});

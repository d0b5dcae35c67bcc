import type { Deployment } from '../../kinds/deployment.ts';
import { scaled } from '../../kinds/values/int-or-string.ts';

const partDefault = '25%';

export const replicasAsked = ({ spec }: Deployment): number => spec.replicas ?? 1;

const isRolling = ({ spec }: Deployment): boolean => (spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';

/** How many pods there may be beyond those asked for; parts round up. */
export const surgeMaxOf = (deployment: Deployment): number =>
  isRolling(deployment)
    ? scaled(deployment.spec.strategy?.rollingUpdate?.maxSurge ?? partDefault, replicasAsked(deployment), 'up')
    : 0;

/** How many of those asked for may be missing; parts round down. One, where neither may give way: else nothing ever could. */
export const unavailableMaxOf = (deployment: Deployment): number => {
  if (!isRolling(deployment) || replicasAsked(deployment) === 0) return 0;
  const asked = deployment.spec.strategy?.rollingUpdate?.maxUnavailable ?? partDefault;
  const part = scaled(asked, replicasAsked(deployment), 'down');
  const least = part === 0 && surgeMaxOf(deployment) === 0 ? 1 : part;
  return Math.min(least, replicasAsked(deployment));
};

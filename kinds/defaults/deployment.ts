import type { Deployment, DeploymentSpec, DeploymentStrategy } from '../schema/api/apps-v1.ts';
import { fill, fillEmpty, inTurn, within } from './fill.ts';
import { defaultPodTemplate } from './pod-spec.ts';

const defaultStrategy = (strategy: DeploymentStrategy): DeploymentStrategy => {
  const typed = fillEmpty(strategy, { type: 'RollingUpdate' });
  if (typed.type !== 'RollingUpdate') return typed;
  return within(fill(typed, { rollingUpdate: {} }), 'rollingUpdate', (update) =>
    fill(update, { maxUnavailable: '25%', maxSurge: '25%' }),
  );
};

const defaultSpec = inTurn<DeploymentSpec>(
  (spec) => within(fill(spec, { strategy: {} }), 'strategy', defaultStrategy),
  (spec) => fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }),
  (spec) => within(spec, 'template', defaultPodTemplate),
);

/** A Deployment with upstream's defaults of v1.34. */
export const defaultDeployment = <D extends Deployment>(deployment: D): D => within(deployment, 'spec', defaultSpec);

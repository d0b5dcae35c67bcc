import type { Ref } from '../../events/event.ts';
import type { Deployment } from '../../kinds/deployment.ts';
import { noteOn } from '../../kinds/note.ts';
import { type ApiObject, controllerReference } from '../../kinds/object.ts';
import type { ReplicaSet } from '../../kinds/replica-set.ts';
import type { Wanted } from '../controller.ts';
import { replicasAsked, surgeMaxOf } from './limits.ts';
import { annotationsOf, desiredAnnotation, maxAnnotation, revisionAnnotation } from './revision.ts';
import { newestSize } from './rolling-update.ts';
import { replicasOf, type Rollout, type Size } from './rollout.ts';
import { hashLabel } from './template-hash.ts';

const component = 'deployment-controller';

export const setRef = ({ namespace = '' }: ApiObject['metadata'], name: string): Ref => ({
  resource: 'replicasets.apps',
  namespace,
  name,
});
export const deploymentRef = ({ metadata: { namespace = '', name } }: Deployment): Ref => ({
  resource: 'deployments.apps',
  namespace,
  name,
});

const sizeAnnotations = (deployment: Deployment): Readonly<Record<string, string>> => ({
  [desiredAnnotation]: String(replicasAsked(deployment)),
  [maxAnnotation]: String(replicasAsked(deployment) + surgeMaxOf(deployment)),
});

/** Entries of `after` that are not so in `before`. */
const changed = (before: Readonly<Record<string, string>> | undefined, after: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(after).filter(([key, value]) => before?.[key] !== value));

const isEmpty = (fields: object) => Object.keys(fields).length === 0;

const tell = (deployment: Deployment, direction: 'up' | 'down', name: string, from: number, to: number): Wanted =>
  noteOn(deployment, {
    sort: 'Normal',
    reason: 'ScalingReplicaSet',
    message: `Scaled ${direction} replica set ${name} from ${from} to ${to}`,
    component,
  });

/** Gives a set its size, and marks for which size of the Deployment; nothing when it is so already. */
export const sizeWishes = (deployment: Deployment, { set, to }: Size): readonly Wanted[] => {
  const from = replicasOf(set);
  const annotations = changed(set.metadata.annotations, sizeAnnotations(deployment));
  if (from === to && isEmpty(annotations)) return [];
  const patch = {
    ...(!isEmpty(annotations) && { metadata: { annotations } }),
    ...(from !== to && { spec: { replicas: to } }),
  };
  const write: Wanted = {
    type: 'Patch',
    ref: setRef(set.metadata, set.metadata.name),
    patch: { type: 'merge', patch },
    ...(from !== to && { event: 'Scaled' }),
  };
  return from === to ? [write] : [write, tell(deployment, to > from ? 'up' : 'down', set.metadata.name, from, to)];
};

/** Makes the set of the present template, at the size it may have at once. `size` answers that; for Recreate it is all. */
export const newSetWishes = (rollout: Rollout, hash: string, isRecreate: boolean): readonly Wanted[] => {
  const { deployment, old } = rollout;
  const { spec, metadata } = deployment;
  const name = `${metadata.name}-${hash}`;
  const replicas = isRecreate ? replicasAsked(deployment) : newestSize(rollout, 0);
  const labels = { ...spec.template.metadata?.labels, [hashLabel]: hash };
  const object = {
    metadata: {
      name,
      namespace: metadata.namespace,
      labels,
      annotations: { ...annotationsOf(deployment, undefined, old), ...sizeAnnotations(deployment) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(spec.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
      selector: { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, [hashLabel]: hash } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  } as unknown as ApiObject; // the door adds the system fields
  const create: Wanted = { type: 'Create', ref: setRef(metadata, name), object };
  return replicas > 0 ? [create, tell(deployment, 'up', name, 0, replicas)] : [create];
};

const patchOf = (ref: Ref, patch: object): Wanted => ({ type: 'Patch', ref, patch: { type: 'merge', patch } });

/** Brings the newest set's annotations and minReadySeconds, and the Deployment's own revision, to what they should be. */
export const revisionWishes = ({ deployment, newest, old }: Rollout): readonly Wanted[] => {
  if (!newest) return [];
  const annotations = annotationsOf(deployment, newest, old);
  const news = changed(newest.metadata.annotations, annotations);
  const seconds = deployment.spec.minReadySeconds ?? 0;
  const isOther = seconds !== (newest.spec.minReadySeconds ?? 0);
  const setPatch = {
    ...(!isEmpty(news) && { metadata: { annotations: news } }),
    ...(isOther && { spec: { minReadySeconds: seconds } }),
  };
  const revision = annotations[revisionAnnotation];
  const known = deployment.metadata.annotations?.[revisionAnnotation];
  return [
    ...(isEmpty(setPatch) ? [] : [patchOf(setRef(newest.metadata, newest.metadata.name), setPatch)]),
    ...(revision === undefined || revision === known
      ? []
      : [patchOf(deploymentRef(deployment), { metadata: { annotations: { [revisionAnnotation]: revision } } })]),
  ];
};

const isIdle = ({ metadata, spec, status }: ReplicaSet): boolean =>
  spec.replicas === 0 &&
  (status?.replicas ?? 0) === 0 &&
  (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);

/** Deletes what the history need not keep: the oldest empty sets beyond the limit. */
export const cleanupWishes = ({ deployment, old }: Rollout): readonly Wanted[] => {
  const limit = deployment.spec.revisionHistoryLimit;
  if (limit === undefined) return [];
  const alive = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return alive
    .slice(0, Math.max(alive.length - limit, 0))
    .filter(isIdle)
    .map(({ metadata }) => ({
      type: 'Delete',
      ref: setRef(metadata, metadata.name),
      options: { preconditions: { uid: metadata.uid } },
    }));
};

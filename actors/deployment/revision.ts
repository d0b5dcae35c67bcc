import type { Deployment } from '../../kinds/deployment.ts';
import type { ReplicaSet } from '../../kinds/replica-set.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
/** On a set: for which size of the Deployment it was last sized. */
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

/** What a set does not take over from its Deployment. */
const own: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
  'deprecated.deployment.rollback.to',
]);

const historyCharactersMax = 2_000;

type Annotations = Readonly<Record<string, string>>;

/** 0 when it has none, or one that is no number. */
export const revisionOf = ({ metadata }: ReplicaSet): number =>
  Number.parseInt(metadata.annotations?.[revisionAnnotation] ?? '0', 10) || 0;

/** Annotations of the set of the present template: the Deployment's, and a revision later than all of `old`. */
export const annotationsOf = (
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): Annotations => {
  const before = newest?.metadata.annotations ?? {};
  const taken = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !own.has(key));
  const revision = Math.max(0, ...old.map(revisionOf)) + 1;
  const present = newest ? revisionOf(newest) : 0;
  if (present >= revision) return { ...before, ...Object.fromEntries(taken) };

  // A set that was rolled back to: its earlier revisions stay known.
  const known = (before[historyAnnotation] ?? '').split(',').filter((text) => text !== '');
  const history = [...known, ...(before[revisionAnnotation] ? [before[revisionAnnotation]] : [])];
  while (history.join(',').length > historyCharactersMax) history.shift();
  return {
    ...before,
    ...Object.fromEntries(taken),
    [revisionAnnotation]: String(revision),
    ...(history.length > 0 && { [historyAnnotation]: history.join(',') }),
  };
};

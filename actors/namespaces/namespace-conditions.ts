import { timestamp } from '../../kinds/object.ts';
import type { NamespaceCondition } from '../../kinds/schema/api/core-v1.ts';
import { conditionOf } from '../conditions.ts';

/** What is left in a namespace that is going. */
export interface Rest {
  /** Objects left, by resource. */
  readonly remaining: ReadonlyMap<string, number>;
  /** Finalizers that hold them, with how many objects each. */
  readonly finalizers: ReadonlyMap<string, number>;
}

const list = (counts: ReadonlyMap<string, number>, text: (name: string, count: number) => string): string =>
  [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => text(name, count))
    .join(', ');

const conditionsOf = ({ remaining, finalizers }: Rest, now: number): readonly NamespaceCondition[] => {
  const say = (type: string, status: 'True' | 'False', reason: string, message: string): NamespaceCondition => ({
    type,
    status,
    lastTransitionTime: timestamp(now),
    reason,
    message,
  });
  const resources = list(remaining, (name, count) => `${name} has ${count} resource instances`);
  const holders = list(finalizers, (name, count) => `${name} in ${count} resource instances`);
  return [
    say('NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'),
    say(
      'NamespaceDeletionGroupVersionParsingFailure',
      'False',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    say(
      'NamespaceDeletionContentFailure',
      'False',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    remaining.size > 0
      ? say('NamespaceContentRemaining', 'True', 'SomeResourcesRemain', `Some resources are remaining: ${resources}`)
      : say('NamespaceContentRemaining', 'False', 'ContentRemoved', 'All content successfully removed'),
    finalizers.size > 0
      ? say(
          'NamespaceFinalizersRemaining',
          'True',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${holders}`,
        )
      : say(
          'NamespaceFinalizersRemaining',
          'False',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        ),
  ];
};

/** The conditions of a namespace that is going, as upstream words them; since when they hold stays while they do. */
export const withRest = (
  before: readonly NamespaceCondition[],
  rest: Rest,
  now: number,
): readonly NamespaceCondition[] =>
  conditionsOf(rest, now).map((next) => {
    const was = conditionOf(before, next.type);
    const since = was?.status === next.status ? was.lastTransitionTime : next.lastTransitionTime;
    return { ...next, ...(since && { lastTransitionTime: since }) };
  });

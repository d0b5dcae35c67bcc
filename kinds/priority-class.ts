import { ageColumn, nameColumn, text, count } from './columns/column.ts';
import { defineKind, type Kind } from './kind.ts';
import type { Stored } from './object.ts';
import { validatePriorityClass, validatePriorityClassUpdate } from './priority-class-rules.ts';
import type { PriorityClass as Schema } from './schema/api/scheduling-v1.ts';

export type PriorityClass = Stored<Schema>;

export const priorityClass: Kind = defineKind<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  generation: true,
  defaults: (object) => ({ preemptionPolicy: 'PreemptLowerPriority', ...object }),
  validate: validatePriorityClass,
  validateUpdate: validatePriorityClassUpdate,
  columns: [
    nameColumn,
    count('Value', 'The higher, the sooner served.', ({ value }) => value),
    {
      name: 'Global-Default',
      type: 'boolean',
      priority: 0,
      description: 'Whether pods that name no class are of this one.',
      cell: ({ globalDefault }) => globalDefault ?? false,
    },
    ageColumn,
    text(
      'PreemptionPolicy',
      'Whether its pods may take the place of others.',
      ({ preemptionPolicy }) => preemptionPolicy ?? '',
    ),
  ],
});

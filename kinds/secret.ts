import { ageColumn, count, nameColumn, text } from './columns/column.ts';
import { defaultSecret } from './defaults/secret.ts';
import { defineKind, type Kind } from './kind.ts';
import type { Stored } from './object.ts';
import type { Secret as Schema } from './schema/api/core-v1.ts';
import { validateSecret, validateSecretUpdate } from './validation/secret.ts';

export type Secret = Stored<Schema>;

export const secret: Kind = defineKind<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  defaults: defaultSecret,
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  selectable: { type: ({ type }) => type ?? '' },
  columns: [
    nameColumn,
    text('Type', 'What its keys mean.', ({ type }) => type ?? ''),
    count('Data', 'How many keys it holds.', ({ data }) => Object.keys(data ?? {}).length),
    ageColumn,
  ],
});

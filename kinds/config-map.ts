import { ageColumn, count, nameColumn } from './columns/column.ts';
import { defineKind, type Kind } from './kind.ts';
import type { Stored } from './object.ts';
import type { ConfigMap as Schema } from './schema/api/core-v1.ts';
import { validateConfigMap, validateConfigMapUpdate } from './validation/config-map.ts';

export type ConfigMap = Stored<Schema>;

const size = (fields: object | undefined) => Object.keys(fields ?? {}).length;

export const configMap: Kind = defineKind<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  namespaced: true,
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
  columns: [
    nameColumn,
    count('Data', 'How many keys it holds.', ({ data, binaryData }) => size(data) + size(binaryData)),
    ageColumn,
  ],
});

import { stringify } from 'yaml';

/** An object as a server answers it; only what every object has is known of it. */
export interface Shown {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** Nobody reads managedFields, and they hide the rest. */
const withoutManagedFields = <T extends object>(object: T): T => {
  const { metadata } = object as { readonly metadata?: Readonly<Record<string, unknown>> };
  if (!metadata || !('managedFields' in metadata)) return object;
  const { managedFields: _fields, ...rest } = metadata;
  return { ...object, metadata: rest };
};

/** YAML as kubectl writes it: what older readers take for a date or a truth is quoted. */
export const yamlText = (value: unknown): string =>
  stringify(value, { version: '1.1', lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false });
export const jsonText = (value: unknown): string => `${JSON.stringify(value, undefined, 4)}\n`;

/** One object as it is, several as a List. */
export const objectsText = (objects: readonly object[], single: boolean, form: 'json' | 'yaml'): string => {
  const shown = objects.map(withoutManagedFields);
  const value = single ? shown[0] : { apiVersion: 'v1', items: shown, kind: 'List', metadata: { resourceVersion: '' } };
  return form === 'json' ? jsonText(value) : yamlText(value);
};

import { deltaBetween } from '../../kinds/delta.ts';
import { deletionPrefix, directiveName, orderPrefix, retainKeysName } from '../../kinds/patch/merge-directives.ts';
import type { Field, SchemaType } from '../../kinds/schema/table.ts';

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

const differ = (a: unknown, b: unknown): boolean => deltaBetween(a, b).length > 0;

const keysOf = (list: readonly unknown[], mergeKey: string): ReadonlySet<unknown> =>
  new Set(list.map((element) => fieldsOf(element)[mergeKey]));

const keyed = (list: readonly unknown[], mergeKey: string): 'not' | 'twice' | 'once' => {
  if (!list.every((one) => isFields(one) && one[mergeKey] !== undefined)) return 'not';
  return keysOf(list, mergeKey).size < list.length ? 'twice' : 'once';
};

/** A list of objects that are told apart by a key: as wanted, less those that were applied before and are wanted no more. */
const keyedList = (last: readonly unknown[], wanted: readonly unknown[], mergeKey: string, element: SchemaType) => {
  const kept = keysOf(wanted, mergeKey);
  const gone = last.filter((one) => isFields(one) && one[mergeKey] !== undefined && !kept.has(one[mergeKey]));
  const before = new Map(last.map((one) => [fieldsOf(one)[mergeKey], one]));
  return [
    ...wanted.map((one) => (isFields(one) ? mergePatch(before.get(one[mergeKey]), one, element) : one)),
    ...gone.map((one) => ({ [directiveName]: 'delete', [mergeKey]: fieldsOf(one)[mergeKey] })),
  ];
};

/** What a patch says of one list that is merged. */
const listPatch = (name: string, last: readonly unknown[], wanted: readonly unknown[], field: Field): Fields => {
  const { mergeKey, type } = field;
  const element = type.form === 'list' && type.of.form === 'struct' ? type.of.struct : undefined;
  if (element && mergeKey !== undefined) {
    const how = keyed(wanted, mergeKey);
    if (how === 'not') return { [name]: wanted };
    // Two ports of one number, TCP and UDP, have one key: merging would make one of them.
    if (how === 'twice') return { [name]: [{ [directiveName]: 'replace' }, ...wanted] };
    return {
      [`${orderPrefix}/${name}`]: wanted.map((one) => ({ [mergeKey]: fieldsOf(one)[mergeKey] })),
      [name]: keyedList(last, wanted, mergeKey, element),
    };
  }
  const gone = last.filter((one) => !wanted.includes(one));
  return {
    [`${orderPrefix}/${name}`]: wanted,
    ...(gone.length > 0 && { [`${deletionPrefix}/${name}`]: gone }),
    [name]: wanted,
  };
};

const memberPatch = (name: string, last: unknown, wanted: unknown, field: Field | undefined): Fields => {
  const strategies = field?.patchStrategy ?? [];
  if (strategies.includes('replace')) return { [name]: wanted };
  if (Array.isArray(wanted))
    return field && strategies.includes('merge') ? listPatch(name, listOf(last), wanted, field) : { [name]: wanted };
  if (!isFields(wanted)) return { [name]: wanted };
  const struct = field?.type.form === 'struct' ? field.type.struct : undefined;
  const retain =
    strategies.includes('retainKeys') && differ(last, wanted) ? { [retainKeysName]: Object.keys(wanted) } : {};
  return { [name]: { ...retain, ...mergePatch(last, wanted, struct) } };
};

/**
 * What brings an object that `last` was applied to, and that others may have changed since, to what is `wanted`: all of it, and a
 * deletion of what `last` had and `wanted` does not. With a schema it is a strategic merge patch, without one a merge patch.
 */
export const mergePatch = (last: unknown, wanted: Fields, schema: SchemaType | undefined): Fields => {
  const before = fieldsOf(last);
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(wanted, name));
  return Object.assign(
    {},
    ...Object.entries(wanted).map(([name, value]) => memberPatch(name, before[name], value, schema?.fields.get(name))),
    Object.fromEntries(gone.map((name) => [name, null])),
  ) as Fields;
};

import { badRequest, type Rejection } from '../rejection.ts';
import { goReflectTypeOf, goValue } from './go-value.ts';
import { type Fields, isFields } from './json-merge.ts';

/** Notes why a patch is refused. The first note is the answer; merging goes on, to no effect. */
export type Refuse = (why: Rejection) => void;

/** In an object: what to do with all of it. */
export const directiveName = '$patch';
/** In an object: the members that stay. */
export const retainKeysName = '$retainKeys';
/** Before the name of a list: elements to take away. */
export const deletionPrefix = '$deleteFromPrimitiveList';
/** Before the name of a list: how its elements are to stand. */
export const orderPrefix = '$setElementOrder';

export const badFormat = (of: string) => badRequest(`invalid patch format of ${of}`);

export const badType = (expected: string, value: unknown) =>
  badRequest(`expected a ${expected}, but received a ${goReflectTypeOf(value)}`);

export const noMergeKey = (element: Fields, key: string) =>
  badRequest(`map: ${goValue(element)} does not contain declared merge key: ${key}`);

export const unknownDirective = (patch: Fields) =>
  badRequest(`unknown patch type: ${goValue(patch[directiveName])} in map: ${goValue(patch)}`);

export const isDirected = (value: unknown): value is Fields => isFields(value) && Object.hasOwn(value, directiveName);

/** The list that `$setElementOrder/containers` is about; `undefined` when it names none. */
export const listNamedBy = (directive: string, prefix: string): string | undefined =>
  directive.startsWith(`${prefix}/`) ? directive.slice(prefix.length + 1) : undefined;

/** The value without the objects in it that are directives; `undefined` when it is one. */
export const withoutDirectives = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter((element) => !isDirected(element)).map(withoutDirectives);
  if (!isFields(value)) return value;
  if (isDirected(value)) return undefined;
  const kept = Object.entries(value).filter(([, member]) => !isDirected(member));
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutDirectives(member)]));
};

/** What a patched object becomes by its directive. */
export const byDirective = (patch: Fields, refuse: Refuse): Fields => {
  const { [directiveName]: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive !== 'delete') refuse(unknownDirective(patch));
  return {};
};

/** What is left of `original` by the patch's `$retainKeys`; all of it when there is none. */
export const retained = (original: Fields, patch: Fields, refuse: Refuse): Fields => {
  if (!Object.hasOwn(patch, retainKeysName)) return original;
  const names = patch[retainKeysName];
  const listed = new Set<unknown>(Array.isArray(names) ? names : []);
  const strays = Object.keys(patch).filter(
    (name) =>
      name !== retainKeysName &&
      patch[name] !== null &&
      !name.startsWith(deletionPrefix) &&
      !name.startsWith(orderPrefix) &&
      !listed.has(name),
  );
  if (!Array.isArray(names) || strays.length > 0) refuse(badFormat('retainKeys'));
  return Object.fromEntries(Object.entries(original).filter(([name]) => listed.has(name)));
};

import type { Event } from '../../events/event.ts';
import type { Delta } from '../../kinds/delta.ts';
import type { Lived } from './lived.ts';

/** One field that is another than before. */
export interface Difference {
  /** `spec.template.spec.containers[web].image`. */
  readonly path: string;
  /** `undefined` when it was not there, or is not known. */
  readonly from: unknown;
  /** `undefined` when it is there no more. */
  readonly to: unknown;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What elements of lists are told apart by, where they can be: the first of these that they all have and no two have the same. */
const keys = ['name', 'type', 'uid', 'ip', 'containerPort containerPort,protocol', 'port', 'key key,effect']
  .flatMap((text) => text.split(' '))
  .map((text) => text.split(','));

/** `main`, `node.kubernetes.io/not-ready:NoSchedule`; `undefined` for an element without these. */
const keyIn = (element: unknown, key: readonly string[]): string | undefined => {
  if (!isFields(element)) return undefined;
  const values = key.map((name) => element[name]);
  return values.every((value) => typeof value === 'string' || typeof value === 'number') ? values.join(':') : undefined;
};

const keyOf = (...lists: readonly (readonly unknown[])[]): readonly string[] | undefined =>
  keys.find((key) =>
    lists.every((list) => {
      const values = new Set(list.map((element) => keyIn(element, key)));
      return !values.has(undefined) && values.size === list.length;
    }),
  );

const member = (path: string, name: string): string => {
  if (!/^[\w$-]+$/.test(name)) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
};

/** What is in a value, by the path to it; `undefined` for what has no parts that can be told apart. */
const partsOf = (
  value: unknown,
  path: string,
  key: readonly string[] | undefined,
): ReadonlyMap<string, unknown> | undefined => {
  if (isFields(value)) return new Map(Object.entries(value).map(([name, part]) => [member(path, name), part]));
  if (key === undefined || !Array.isArray(value)) return undefined;
  return new Map(value.map((part: unknown) => [`${path}[${keyIn(part, key)}]`, part]));
};

const isItsName = (path: string, place: string): boolean =>
  path.endsWith(']') && keys.flat().includes(place.slice(path.length + 1));

const nothing: ReadonlyMap<string, unknown> = new Map();

const collect = (from: unknown, to: unknown, path: string, leaves: boolean, into: Difference[]): void => {
  if (from === to || JSON.stringify(from) === JSON.stringify(to)) return;
  const key = keyOf(...[from, to].filter(Array.isArray));
  const [before, after] = [partsOf(from, path, key), partsOf(to, path, key)];
  const comparable = before && after;
  // What came or went as a whole may be told in its parts; what names it is in the path already.
  const split = leaves && ((before && to === undefined) || (after && from === undefined));
  if (!comparable && !split) return void into.push({ path, from, to });
  const [was, is] = [before ?? nothing, after ?? nothing];
  for (const place of new Set([...was.keys(), ...is.keys()]))
    if (comparable || !isItsName(path, place)) collect(was.get(place), is.get(place), place, leaves, into);
};

/**
 * What is different between two states, field by field; elements of lists are followed by what names them. With `leaves` what is
 * wholly new or gone is told field by field as well.
 */
export const differencesBetween = (from: unknown, to: unknown, leaves = false): readonly Difference[] => {
  const found: Difference[] = [];
  collect(from, to, '', leaves, found);
  return found;
};

/** What only says that something changed, when, or the same in other words. */
const echoes =
  /^metadata\.(generation|resourceVersion|uid|creationTimestamp)|last-applied-configuration\]$|conditions\[\w+\]\.(reason|message)$|(^|\.)(lastTransitionTime|lastUpdateTime|lastProbeTime|lastHeartbeatTime|observedGeneration)$/;

/** Without what changes with every change. */
export const telling = (differences: readonly Difference[]): readonly Difference[] =>
  differences.filter(({ path }) => !echoes.test(path));

const pathOfPointer = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : member(path, part)), '');

/** What an event changed; of one whose object is not known, what it says of itself. */
export const differencesOf = ({ told, before, after }: Lived, leaves = false): readonly Difference[] => {
  if (before && after)
    return differencesBetween(before, after, leaves).filter(({ path }) => path !== 'metadata.resourceVersion');
  const { delta } = told.event as Event & { readonly delta?: Delta }; // where it has one
  return (delta ?? []).map(([pointer, to]) => ({ path: pathOfPointer(pointer), from: undefined, to }));
};

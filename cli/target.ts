import { UserError } from './output.ts';
import { findResource, type Resource, resourceNamed } from './resources.ts';

/** Objects of one resource that a command line names; no names means all of them. */
export interface Target {
  readonly resource: Resource;
  readonly names: readonly string[];
}

/** One object that a command line names. */
export interface NamedTarget {
  readonly resource: Resource;
  readonly name: string;
}

const pairOf = (word: string, all: readonly Resource[]): NamedTarget => {
  const slash = word.indexOf('/');
  const [type, name] = [word.slice(0, slash), word.slice(slash + 1)];
  if (slash < 1 || name === '' || name.includes('/'))
    throw new UserError(`Cannot read "${word}": an object is named as <resource>/<name>`, 2);
  return { resource: resourceNamed(all, type), name };
};

/** A word before names: one resource, several with commas between, or a category of them (`all`). */
const typesOf = (word: string, all: readonly Resource[]): readonly Resource[] =>
  word.split(',').flatMap((one) => {
    const found = findResource(all, one);
    if (found) return [found];
    const grouped = all.filter(({ categories }) => categories.includes(one.toLowerCase()));
    return grouped.length > 0 ? grouped : [resourceNamed(all, one)];
  });

/** Reads `pods`, `pods a b`, `pods,svc`, `all`, `deploy/web svc/web`. */
export const targetsOf = (words: readonly string[], all: readonly Resource[]): readonly Target[] => {
  const [first, ...names] = words;
  if (first === undefined) throw new UserError('Say what: <resource>, <resource> <name> or <resource>/<name>', 2);
  if (words.some((word) => word.includes('/'))) {
    if (!first.includes('/'))
      throw new UserError(
        `Leave out "${first}": each of the others names its resource itself, as <resource>/<name>`,
        2,
      );
    return words.map((word) => pairOf(word, all)).map(({ resource, name }) => ({ resource, names: [name] }));
  }
  const types = typesOf(first, all);
  if (types.length > 1 && names.length > 0)
    throw new UserError(`Cannot look for names in several resource types at once: "${first}"`, 2);
  return types.map((resource) => ({ resource, names }));
};

/** Reads what names exactly one object: `deploy/web`, or `deploy web`. */
export const targetOf = (words: readonly string[], all: readonly Resource[]): NamedTarget => {
  const [target, ...others] = targetsOf(words, all);
  const [name, ...more] = target?.names ?? [];
  if (target && name !== undefined && others.length === 0 && more.length === 0)
    return { resource: target.resource, name };
  throw new UserError('Name one object: <resource>/<name>', 2);
};

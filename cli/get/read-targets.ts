import { bodyOf, type Client } from '../client.ts';
import type { Sought } from '../listing.ts';
import { UserError } from '../output.ts';
import { pathOf, resourceName } from '../resources.ts';
import type { Target } from '../target.ts';
import { type Getting, namedIn, soughtOf } from './getting.ts';

/** What one request found. */
export interface Found {
  /** The version that it is as of; empty when that is not known. */
  readonly version: string;
  readonly count: number;
}

/** How requests are made and their answers read. */
export interface Reader<A extends Found> {
  readonly list: (sought: Sought) => Promise<A>;
  /** Undefined when it is not there, which the client was then told. */
  readonly one: (path: string) => Promise<A | UserError>;
}

/** What was found of each target, in order, and what was named but is not there. */
export interface Findings<A extends Found> {
  readonly found: readonly { readonly target: Target; readonly answers: readonly A[] }[];
  readonly missing: readonly string[];
}

/** Reads one object, or why it is not there. */
export const readOne = async <T>(client: Client, path: string, accept?: string): Promise<T | UserError> => {
  const answer = await client.ask({ path, ...(accept && { accept }) });
  try {
    return bodyOf(answer) as T; // as asked for
  } catch (error) {
    if (error instanceof UserError && answer.code === 404) return error;
    throw error;
  }
};

/** Reads all targets; of the past, all of them as of the version that the first list is of. */
export const readTargets = async <A extends Found>(wish: Getting, reader: Reader<A>): Promise<Findings<A>> => {
  const missing: string[] = [];
  let asOf = wish.moment?.asOf;

  const readNamed = async (target: Target, name: string): Promise<readonly A[]> => {
    const { resource } = target;
    // Only a list says which version it is of.
    const answer =
      asOf === undefined
        ? await reader.one(pathOf(resource, wish.namespace, name))
        : await reader.list(namedIn(soughtOf(wish, target, asOf), name));
    if (!(answer instanceof UserError) && answer.count > 0) return [answer];
    missing.push(
      answer instanceof UserError ? answer.message : `${resourceName(resource)} "${name}" did not exist then`,
    );
    return [];
  };

  const readTarget = async (target: Target): Promise<readonly A[]> => {
    const { resource, names } = target;
    if (names.length === 0) return [await reader.list(soughtOf(wish, target, asOf))];
    if (resource.namespaced && wish.namespace === '')
      throw new UserError('A name is found in one namespace only: leave out the name, or --all-namespaces', 2);
    const answers: A[] = [];
    for (const name of names) answers.push(...(await readNamed(target, name)));
    return answers;
  };

  const found: { readonly target: Target; readonly answers: readonly A[] }[] = [];
  for (const target of wish.targets) {
    const answers = await readTarget(target);
    found.push({ target, answers });
    if (asOf !== undefined) asOf = answers[0]?.version ?? asOf;
  }
  return { found, missing };
};

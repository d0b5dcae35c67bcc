import findMyWay from 'find-my-way';
import type { Kind } from '../kinds/kind.ts';
import type { Reply, Target, Verb, Visit } from './visit.ts';

/** What answers a path that is no resource: health, discovery, versions. */
export interface Page {
  /** May be asked for by other methods than GET. */
  readonly anyMethod?: boolean;
  readonly answer: (visit: Visit, parameters: Readonly<Record<string, string | undefined>>) => Reply | Promise<Reply>;
}

/** A verb as the API names it, and what carries it out. */
export interface Deed {
  /** `get list watch create update patch delete deletecollection`: what one needs the right to. */
  readonly verb: string;
  readonly run: Verb;
  /** It answers as long as the client listens, and is not counted as under way. */
  readonly lasting?: boolean;
}

/** What may be done at one path of a resource, by HTTP method. */
export type Deeds = Readonly<Record<string, Deed>>;

/** A path of a resource. */
export interface ResourcePath {
  readonly kind: Kind;
  readonly subresource: string;
  readonly deeds: Deeds;
}

/** Where a path leads. */
export type Destination =
  | { readonly page: Page; readonly parameters: Readonly<Record<string, string | undefined>> }
  | { readonly target: Target; readonly deeds: Deeds };

/** Finds where a path leads; undefined where nothing is. */
export type Routes = (path: string) => Destination | undefined;

/** Under which a group's version is served. */
export const rootOf = ({ group, version }: Pick<Kind, 'group' | 'version'>): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

/** What each path of a kind offers. */
export interface Offered {
  readonly collection: Deeds;
  readonly object: Deeds;
  /** By subresource. */
  readonly subresources: Readonly<Record<string, Deeds>>;
  /** The old paths for watching. */
  readonly watched: Deeds;
}

type Store = { readonly page: Page } | { readonly path: ResourcePath };

/** Longer than any name; longer ones are not found. */
const parameterLengthMax = 600;

/** Routes made of the table of kinds, with a few pages beside it. */
export const routesOf = (
  kinds: Iterable<Kind>,
  offeredBy: (kind: Kind) => Offered,
  pages: Readonly<Record<string, Page>>,
): Routes => {
  const router = findMyWay({ maxParamLength: parameterLengthMax, ignoreTrailingSlash: true });
  const add = (path: string, store: Store) => router.on('GET', path, () => undefined, store);

  const addKind = (kind: Kind) => {
    const { collection, object, subresources, watched } = offeredBy(kind);
    const root = rootOf(kind);
    const place = (deeds: Deeds, subresource = ''): Store => ({ path: { kind, subresource, deeds } });
    const inNamespace = kind.namespaced ? '/namespaces/:namespace' : '';
    if (kind.namespaced) {
      // Of all namespaces at once one can only read.
      const { GET, WATCH } = collection;
      add(`${root}/${kind.plural}`, place({ ...(GET && { GET }), ...(WATCH && { WATCH }) }));
    }
    add(`${root}${inNamespace}/${kind.plural}`, place(collection));
    add(`${root}${inNamespace}/${kind.plural}/:name`, place(object));
    for (const [name, deeds] of Object.entries(subresources))
      add(`${root}${inNamespace}/${kind.plural}/:name/${name}`, place(deeds, name));
    add(`${root}/watch/${kind.plural}`, place(watched));
    if (kind.namespaced) add(`${root}/watch${inNamespace}/${kind.plural}`, place(watched));
    add(`${root}/watch${inNamespace}/${kind.plural}/:name`, place(watched));
  };

  for (const kind of kinds) addKind(kind);
  for (const [path, page] of Object.entries(pages)) add(path, { page });

  return (path) => {
    const found = router.find('GET', path);
    if (!found) return undefined;
    const store = found.store as Store; // as added above
    if ('page' in store) return { page: store.page, parameters: found.params };
    const { kind, subresource, deeds } = store.path;
    const { namespace = '', name = '' } = found.params;
    return { target: { kind, subresource, namespace, name }, deeds };
  };
};

import { bodyOf, type Client } from './client.ts';
import { UserError } from './output.ts';

/** One kind of object that a server serves. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

/** Part of apidiscovery.k8s.io/v2. */
interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly responseKind?: { readonly kind: string };
        readonly scope: string;
        readonly singularResource?: string;
        readonly verbs: readonly string[];
        readonly shortNames?: readonly string[];
        readonly categories?: readonly string[];
        readonly subresources?: readonly { readonly subresource: string }[];
      }[];
    }[];
  }[];
}

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

const resourcesIn = ({ items }: Discovery): readonly Resource[] =>
  items.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources.map((one) => ({
        group: metadata.name ?? '',
        version,
        plural: one.resource,
        singular: one.singularResource ?? '',
        kind: one.responseKind?.kind ?? '',
        shortNames: one.shortNames ?? [],
        categories: one.categories ?? [],
        namespaced: one.scope === 'Namespaced',
        verbs: one.verbs,
        subresources: (one.subresources ?? []).map(({ subresource }) => subresource),
      })),
    ),
  );

/** All that the server serves: the core group first, of each group the preferred version first. */
export const discover = async (client: Client): Promise<readonly Resource[]> => {
  const answers = await Promise.all(['/api', '/apis'].map((path) => client.ask({ path, accept })));
  return answers.flatMap((answer) => {
    const body = bodyOf(answer) as Partial<Discovery> | undefined;
    if (!body?.items)
      throw new UserError(
        `The server at ${client.access.server} does not say what it serves in a form that Reckon reads`,
      );
    return resourcesIn(body as Discovery); // has items
  });
};

/** `pods`, `deployments.apps`: as {@link Ref.resource} and messages name it. */
export const resourceName = ({ plural, group }: Pick<Resource, 'plural' | 'group'>): string =>
  group === '' ? plural : `${plural}.${group}`;

/** `pod/web`, `deployment.apps/web`: how one object is named in a line. */
export const objectName = ({ singular, kind, group }: Resource, name: string): string =>
  `${singular || kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${name}`;

const isCalled = ({ plural, singular, kind, shortNames }: Resource, word: string): boolean =>
  plural === word || singular === word || kind.toLowerCase() === word || shortNames.includes(word);

/** The resource that a word means: `deployments`, `deployment`, `deploy`, `deployments.apps`, `deploy.v1.apps`. */
export const findResource = (all: readonly Resource[], word: string): Resource | undefined => {
  const text = word.toLowerCase();
  const [name = '', ...rest] = text.split('.');
  const suffix = rest.join('.');
  return all.find(
    (one) => isCalled(one, name) && (suffix === '' || suffix === one.group || suffix === `${one.version}.${one.group}`),
  );
};

/** Like {@link findResource}; throws when there is none. */
export const resourceNamed = (all: readonly Resource[], word: string): Resource => {
  const found = findResource(all, word);
  if (found) return found;
  throw new UserError(`The server does not have a resource type "${word}"`);
};

/** Where the objects of a resource are, or one of them; `namespace` empty means all of them. */
export const pathOf = (
  { group, version, plural, namespaced }: Pick<Resource, 'group' | 'version' | 'plural' | 'namespaced'>,
  namespace: string,
  ...below: readonly string[]
): string => {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return [`${root}${place}/${plural}`, ...below.map(encodeURIComponent)].join('/');
};

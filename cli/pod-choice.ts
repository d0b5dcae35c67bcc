import { type LabelSelector, labelSelector } from '../kinds/values/selector.ts';
import { bodyOf, type Client } from './client.ts';
import { listObjects } from './listing.ts';
import { type Terminal, UserError } from './output.ts';
import { discover, objectName, pathOf, type Resource } from './resources.ts';
import { targetOf } from './target.ts';

/** Pods, as every server serves them. */
export const pods = { group: '', version: 'v1', plural: 'pods', namespaced: true } as const;

interface Selecting {
  readonly spec?: { readonly selector?: LabelSelector & Readonly<Record<string, unknown>> };
}

/** Workloads hold a label selector, Services a map of labels. */
const selectorTextOf = ({ spec }: Selecting): string | undefined => {
  const { selector } = spec ?? {};
  if (!selector) return undefined;
  const isMap = !selector.matchLabels && !selector.matchExpressions;
  const { text } = labelSelector(isMap ? { matchLabels: selector as Readonly<Record<string, string>> } : selector); // of a Service
  return text === '' ? undefined : text;
};

interface Chosen {
  readonly metadata: {
    readonly name: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Those that answer best come first: ready, running, not going, the newest. */
const rank = ({ metadata, status }: Chosen): readonly (boolean | string)[] => [
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
  status?.phase === 'Running',
  metadata.deletionTimestamp === undefined,
  metadata.creationTimestamp ?? '',
];

const best = (all: readonly Chosen[]): Chosen | undefined =>
  [...all].sort((a, b) => {
    const [of, than] = [rank(a), rank(b)];
    const i = of.findIndex((value, at) => value !== than[at]);
    return i < 0 ? 0 : (of[i] ?? '') > (than[i] ?? '') ? -1 : 1;
  })[0];

const podOf = async (client: Client, resource: Resource, name: string, { err }: Terminal): Promise<string> => {
  const { namespace } = client.access;
  const labels = selectorTextOf(bodyOf(await client.ask({ path: pathOf(resource, namespace, name) })) as Selecting);
  const shown = objectName(resource, name);
  if (labels === undefined) throw new UserError(`${shown} selects no pods`);
  const all = await discover(client);
  const podResource = all.find(({ group, plural }) => group === '' && plural === 'pods');
  if (!podResource) throw new UserError('The server has no pods');
  const { objects } = await listObjects(client, {
    resource: podResource,
    namespace,
    labels,
    fields: '',
    asOf: undefined,
  });
  const chosen = best(objects);
  if (!chosen) throw new UserError(`${shown} has no pods now`);
  if (objects.length > 1) err(`Of ${objects.length} pods this is ${chosen.metadata.name}\n`);
  return chosen.metadata.name;
};

/** The pod that a command line means: by its name, or one of those that a `deploy/web` or `svc/web` selects. */
export const choosePod = async (client: Client, word: string, terminal: Terminal): Promise<string> => {
  if (!word.includes('/')) return word;
  const { resource, name } = targetOf([word], await discover(client));
  return resource.group === '' && resource.plural === 'pods' ? name : podOf(client, resource, name, terminal);
};

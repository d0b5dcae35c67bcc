import { Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Credential } from '../api/auth/authority.ts';

/** How to reach a cluster as one user. */
export interface Access {
  /** What its cluster, user and context are called in the kubeconfig. */
  readonly name: string;
  /** `https://127.0.0.1:6443`. */
  readonly server: string;
  /** The authority's certificate, PEM. */
  readonly authority: string;
  /** What the user shows. */
  readonly client: Credential;
}

/** The kubeconfig is not one: why and where is in the message. */
export class KubeconfigUnreadable extends Error {
  override readonly name = 'KubeconfigUnreadable';
}

/** Under this name the context keeps which one was current before it. */
const extension = 'reckon';
type Config = Document<YAMLMap>;

const emptyConfig = { apiVersion: 'v1', kind: 'Config', clusters: [], contexts: [], 'current-context': '', users: [] };

const parse = (text: string): Config => {
  const parsed = parseDocument(text);
  const [error] = parsed.errors;
  if (error) throw new KubeconfigUnreadable(`Cannot change the kubeconfig, it is not YAML: ${error.message}`);
  if (parsed.contents === null) {
    const made = new Document(emptyConfig);
    made.commentBefore = parsed.commentBefore ?? parsed.comment;
    // A document made of an object has a map at its root.
    return made as unknown as Config;
  }
  if (!isMap(parsed.contents))
    throw new KubeconfigUnreadable('Cannot change the kubeconfig: it is not a map of settings');
  // Just checked.
  return parsed as unknown as Config;
};

/** As kubectl writes lists: not indented; a file that indents them keeps doing so, and one in JSON stays JSON. */
const print = (config: Config, before: string): string =>
  before.trimStart().startsWith('{')
    ? `${JSON.stringify(config, undefined, 2)}\n`
    : config.toString({ lineWidth: 0, indentSeq: /^(clusters|contexts|users):\s*\n\s+- /m.test(before) });

const listOf = (config: Config, section: string): YAMLSeq => {
  const found: unknown = config.get(section);
  if (isSeq(found)) return found;
  if (found !== undefined && found !== null)
    throw new KubeconfigUnreadable(`Cannot change the kubeconfig: "${section}" is not a list`);
  const made = config.createNode([]);
  config.set(section, made);
  return made;
};

const indexOf = (list: YAMLSeq, name: string): number =>
  list.items.findIndex((item) => isMap(item) && item.get('name') === name);

const put = (config: Config, section: string, name: string, entry: object) => {
  const list = listOf(config, section);
  if (list.items.length === 0) list.flow = false;
  const index = indexOf(list, name);
  const node = config.createNode({ name, ...entry });
  if (index < 0) list.items.push(node);
  else list.items[index] = node;
};

const contextNamed = (config: Config, name: string): YAMLMap | undefined => {
  const list = listOf(config, 'contexts');
  const found = list.items[indexOf(list, name)];
  return isMap(found) ? found : undefined;
};

const currentOf = (config: Config): string => {
  const current: unknown = config.get('current-context');
  return typeof current === 'string' ? current : '';
};

const previousOf = (config: Config, name: string): string => {
  const extensions: unknown = contextNamed(config, name)?.getIn(['context', 'extensions']);
  if (!isSeq(extensions)) return '';
  const ours = extensions.items[indexOf(extensions, extension)];
  const previous: unknown = isMap(ours) ? ours.getIn(['extension', 'previousContext']) : undefined;
  return typeof previous === 'string' ? previous : '';
};

const base64 = (pem: string) => Buffer.from(pem).toString('base64');

/** The kubeconfig `text` (empty: none yet) with this access in it, its context current. */
export const withAccess = (text: string, access: Access): string => {
  const { name } = access;
  const config = parse(text);
  const current = currentOf(config);
  const previousContext = current === name ? previousOf(config, name) : current;
  put(config, 'clusters', name, {
    cluster: { 'certificate-authority-data': base64(access.authority), server: access.server },
  });
  put(config, 'users', name, {
    user: {
      'client-certificate-data': base64(access.client.certificate),
      'client-key-data': base64(access.client.key),
    },
  });
  put(config, 'contexts', name, {
    context: { cluster: name, extensions: [{ extension: { previousContext }, name: extension }], user: name },
  });
  config.set('current-context', name);
  return print(config, text);
};

/** The kubeconfig without what {@link withAccess} put in; the same text when it holds nothing of that name. */
export const withoutAccess = (text: string, name: string): string => {
  const config = parse(text);
  const wasPrevious = previousOf(config, name);
  let removed = 0;
  for (const section of ['clusters', 'users', 'contexts']) {
    const list = listOf(config, section);
    const index = indexOf(list, name);
    if (index < 0) continue;
    removed += 1;
    list.items.splice(index, 1);
    if (list.items.length === 0) config.set(section, config.createNode([], { flow: true }));
  }
  if (removed === 0) return text;
  if (currentOf(config) === name) config.set('current-context', contextNamed(config, wasPrevious) ? wasPrevious : '');
  return print(config, text);
};

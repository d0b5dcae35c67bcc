import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Access } from './client.ts';
import { type Entry, type Kubeconfig, pemIn, readKubeconfigs, textIn } from './kubeconfig-read.ts';
import { UserError } from './output.ts';
import { dataDefault, placesIn } from './places.ts';
import { readRunning } from './running.ts';

/** Which cluster is meant, as far as the command line says so. */
export interface AskedCluster {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

const none: Entry = { folder: '.', settings: {} };

const filesFor = ({ kubeconfig }: AskedCluster, env: NodeJS.ProcessEnv): readonly string[] => {
  if (kubeconfig !== undefined) return [kubeconfig];
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0 ? listed : [join(env['HOME'] ?? homedir(), '.kube', 'config')];
};

const entryFor = (entries: ReadonlyMap<string, Entry>, name: unknown, what: string, context: string): Entry => {
  const found = typeof name === 'string' ? entries.get(name) : undefined;
  if (found) return found;
  throw new UserError(
    `The context "${context}" names the ${what} "${String(name)}", which the kubeconfig does not have`,
  );
};

/** What other programs must be run for, or what we do not speak. */
const unsupported = ['exec', 'auth-provider', 'username'];

const credentialsOf = async (user: Entry, context: string) => {
  const strange = unsupported.find((name) => user.settings[name] !== undefined);
  if (strange)
    throw new UserError(
      `The user of context "${context}" proves itself by "${strange}", which Reckon does not do: give it a client certificate or a token`,
    );
  const { token } = user.settings;
  const [certificate, key, tokenFile] = await Promise.all([
    pemIn(user, 'client-certificate'),
    pemIn(user, 'client-key'),
    textIn(user, 'tokenFile'),
  ]);
  const shown = typeof token === 'string' && token !== '' ? token : tokenFile?.trim();
  return { ...(certificate && { certificate }), ...(key && { key }), ...(shown && { token: shown }) };
};

const accessFrom = async (config: Kubeconfig, context: string, namespace: string | undefined): Promise<Access> => {
  const { settings } = config.contexts.get(context) ?? none;
  const cluster = entryFor(config.clusters, settings['cluster'], 'cluster', context);
  const user = settings['user'] === undefined ? none : entryFor(config.users, settings['user'], 'user', context);
  const { server } = cluster.settings;
  if (typeof server !== 'string' || !URL.canParse(server) || !server.startsWith('https:'))
    throw new UserError(`The cluster of context "${context}" has no https:// address as its server`);
  const ca = await pemIn(cluster, 'certificate-authority');
  const own = settings['namespace'];
  return {
    server,
    ...(ca && { ca }),
    ...(cluster.settings['insecure-skip-tls-verify'] === true && { insecure: true }),
    ...(await credentialsOf(user, context)),
    namespace: namespace ?? (typeof own === 'string' && own !== '' ? own : 'default'),
  };
};

/** The cluster that "up" left running from the folder it uses when none is named. */
const accessToRunning = async (data: string, namespace: string | undefined): Promise<Access | undefined> => {
  const places = placesIn(data);
  const running = await readRunning(places);
  if (!running) return undefined;
  // Certificates take time to load, and a kubeconfig mostly spares them.
  const { adminAccess } = await import('./credentials.ts');
  const access = await adminAccess(places, running.port);
  return { ...access, ...(namespace !== undefined && { namespace }) };
};

/**
 * How to reach the cluster that is meant: the context that is named, else the current one of `--kubeconfig`, of the files in KUBECONFIG, or
 * of the user's own kubeconfig; else the cluster that runs from the folder `data`. Throws a {@link UserError} that says what to do.
 */
export const findAccess = async (
  asked: AskedCluster,
  env: NodeJS.ProcessEnv,
  data = dataDefault(),
): Promise<Access> => {
  const files = filesFor(asked, env);
  const config = await readKubeconfigs(files, asked.kubeconfig !== undefined);
  const context = asked.context ?? config.current;
  if (config.contexts.has(context)) return accessFrom(config, context, asked.namespace);
  const where = files.join(', ');
  if (asked.context !== undefined) {
    const known = [...config.contexts.keys()];
    throw new UserError(
      `There is no context "${context}" in ${where}${known.length > 0 ? `: there is ${known.join(', ')}` : ''}`,
    );
  }
  if (context !== '')
    throw new UserError(`The current context "${context}" is not in ${where}: name another with --context`);
  const running = asked.kubeconfig === undefined ? await accessToRunning(data, asked.namespace) : undefined;
  if (running) return running;
  throw new UserError(
    `No cluster to speak to: ${where} has no current context, and none runs from ${data}. Start one with "reckon up", or name one with --kubeconfig and --context`,
  );
};

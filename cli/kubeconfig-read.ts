import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { readIfThere } from '../api/auth/private-file.ts';
import { UserError } from './output.ts';

/** Settings of one cluster, user or context, as written; a path in them is relative to `folder`. */
export interface Entry {
  readonly folder: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Several kubeconfigs as one: of two entries with one name the first counts. */
export interface Kubeconfig {
  readonly files: readonly string[];
  /** Empty when none is current. */
  readonly current: string;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly contexts: ReadonlyMap<string, Entry>;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parsed = (path: string, text: string): Fields => {
  try {
    const config: unknown = parse(text) ?? {};
    if (isFields(config)) return config;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new UserError(`Cannot read the kubeconfig ${path}, it is not YAML: ${error.message}`);
  }
  throw new UserError(`Cannot read the kubeconfig ${path}: it is not a map of settings`);
};

/** Adds the entries of `section` that are new; each holds its settings under `word`. */
const collect = (config: Fields, section: string, word: string, folder: string, into: Map<string, Entry>) => {
  const list = config[section];
  for (const entry of Array.isArray(list) ? list : []) {
    if (!isFields(entry) || typeof entry['name'] !== 'string' || into.has(entry['name'])) continue;
    const settings = entry[word];
    into.set(entry['name'], { folder, settings: isFields(settings) ? settings : {} });
  }
};

/** Reads kubeconfigs, the most important first. Those that are not there are passed over, unless `required`. */
export const readKubeconfigs = async (files: readonly string[], required: boolean): Promise<Kubeconfig> => {
  const [clusters, users, contexts] = [new Map<string, Entry>(), new Map<string, Entry>(), new Map<string, Entry>()];
  let current = '';
  for (const file of files) {
    const text = await readIfThere(file);
    if (text === undefined && required) throw new UserError(`There is no kubeconfig ${file}`);
    const config = parsed(file, text ?? '');
    const folder = dirname(file);
    collect(config, 'clusters', 'cluster', folder, clusters);
    collect(config, 'users', 'user', folder, users);
    collect(config, 'contexts', 'context', folder, contexts);
    if (current === '' && typeof config['current-context'] === 'string') current = config['current-context'];
  }
  return { files, current, clusters, users, contexts };
};

/** A setting that is written in place (`<name>-data`, base64) or in a file (`<name>`). */
export const pemIn = async ({ folder, settings }: Entry, name: string): Promise<string | undefined> => {
  const data = settings[`${name}-data`];
  if (typeof data === 'string' && data !== '') return Buffer.from(data, 'base64').toString('utf8');
  return textIn({ folder, settings }, name);
};

/** What stands in the file that a setting names; undefined where it is not set. */
export const textIn = async ({ folder, settings }: Entry, name: string): Promise<string | undefined> => {
  const path = settings[name];
  if (typeof path !== 'string' || path === '') return undefined;
  const full = resolve(folder, path);
  try {
    return await readFile(full, 'utf8');
  } catch (error) {
    throw new UserError(
      `Cannot read ${full}, which the kubeconfig names as ${name}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

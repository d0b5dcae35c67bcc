import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { readYaml } from '../kinds/schema/yaml-body.ts';
import { UserError } from './output.ts';

/** An object as a user wrote it down. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** Of all that one command reads. */
const bytesMax = 64 * 2 ** 20;
const extensions = new Set(['.yaml', '.yml', '.json']);

const readAll = async (input: Readable): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const piece = Buffer.from(chunk as Buffer); // as a stream of bytes gives them
    chunks.push(piece);
    bytes += piece.length;
    if (bytes > bytesMax) throw new UserError(`Cannot read more than ${bytesMax / 2 ** 20} MiB of manifests`);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const filesIn = async (path: string): Promise<readonly string[]> => {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      error.code === 'ENOENT' ? `There is no file "${path}"` : `Cannot read "${path}": ${error.message}`,
    );
  });
  if (!found.isDirectory()) {
    if (found.size > bytesMax)
      throw new UserError(`Cannot read "${path}": it is larger than ${bytesMax / 2 ** 20} MiB`);
    return [path];
  }
  const names = (await readdir(path)).filter((name) => extensions.has(extname(name)));
  if (names.length === 0) throw new UserError(`There is no .yaml, .yml or .json file in "${path}"`);
  return names.sort().map((name) => join(path, name));
};

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object, or the objects of a List. */
const manifestsOf = (value: Fields, source: string): readonly Manifest[] => {
  const { apiVersion, kind, metadata, items } = value;
  const refuse = (why: string) => new UserError(`Cannot use ${source}: ${why}`);
  if (typeof apiVersion !== 'string' || apiVersion === '') throw refuse('apiVersion not set');
  if (typeof kind !== 'string' || kind === '') throw refuse('kind not set');
  if (kind.endsWith('List') && Array.isArray(items))
    return items.flatMap((item: unknown) => {
      if (!isFields(item)) throw refuse('an item of the list is no object');
      return manifestsOf(item, source);
    });
  const name = isFields(metadata) ? metadata['name'] : undefined;
  if (typeof name !== 'string' || name === '') throw refuse(`the ${kind} has no metadata.name`);
  return [value as Manifest]; // just checked
};

/** As upstream splits a stream of documents: at lines that begin with three dashes. */
const documentsIn = (text: string): readonly string[] =>
  text.split(/^---(?=\s|$).*$/m).filter((document) => document.replaceAll(/^\s*#.*$/gm, '').trim() !== '');

const parse = (text: string, source: string): readonly Manifest[] =>
  documentsIn(text).flatMap((document) => {
    const body = readYaml(document);
    if ('malformed' in body) throw new UserError(`Cannot read ${source}: ${body.malformed}`);
    const [fault] = body.faults;
    if (fault !== undefined) throw new UserError(`Cannot read ${source}: ${fault}`);
    return manifestsOf(body.value, source);
  });

/** The objects in files, in the YAML and JSON files of folders, and (`-`) in what is typed or piped in, in that order. */
export const readManifests = async (paths: readonly string[], input: Readable): Promise<readonly Manifest[]> => {
  const manifests: Manifest[] = [];
  for (const path of paths) {
    if (path === '-') manifests.push(...parse(await readAll(input), 'standard input'));
    else for (const file of await filesIn(path)) manifests.push(...parse(await readFile(file, 'utf8'), `"${file}"`));
  }
  if (manifests.length === 0) throw new UserError('There is no object in what was given');
  return manifests;
};

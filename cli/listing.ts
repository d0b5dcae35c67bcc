import { bodyOf, type Client } from './client.ts';
import type { Shown } from './object-text.ts';
import { objectName, pathOf, type Resource } from './resources.ts';
import { type ServerTable, tableType } from './server-table.ts';

/** What to list. */
export interface Sought {
  readonly resource: Resource;
  /** Empty means all. */
  readonly namespace: string;
  /** Label selector; empty means none. */
  readonly labels: string;
  /** Field selector; empty means none. */
  readonly fields: string;
  /** The moment, as the server reads it; undefined means now. */
  readonly asOf: string | undefined;
}

/** Objects of one page. */
const pageMax = 500;

const queryOf = ({ labels, fields, asOf }: Sought, more: Readonly<Record<string, string>>): string =>
  new URLSearchParams({
    ...(labels !== '' && { labelSelector: labels }),
    ...(fields !== '' && { fieldSelector: fields }),
    ...(asOf !== undefined && { asOf }),
    ...more,
  }).toString();

/** The path of a list or watch with its query. */
export const listPath = (sought: Sought, more: Readonly<Record<string, string>> = {}): string =>
  `${pathOf(sought.resource, sought.namespace)}?${queryOf(sought, more)}`;

interface Page {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
}

/** Reads all pages of a list. */
const pagesOf = async <P extends Page>(client: Client, sought: Sought, accept?: string): Promise<readonly P[]> => {
  const pages: P[] = [];
  for (let next: string | undefined = ''; next !== undefined; ) {
    const path = listPath(sought, { limit: String(pageMax), ...(next !== '' && { continue: next }) });
    const page = bodyOf(await client.ask({ path, ...(accept && { accept }) })) as P; // as asked for
    pages.push(page);
    next = page.metadata.continue || undefined;
  }
  return pages;
};

/** The rows of a list as the server prints them; the first page's columns and version stand for all. */
export const listTable = async (client: Client, sought: Sought): Promise<ServerTable> => {
  const [first, ...others] = await pagesOf<ServerTable>(client, sought, tableType);
  if (!first) throw new Error(`Cannot list ${sought.resource.plural}: there is always a first page`);
  return { ...first, rows: [first, ...others].flatMap(({ rows }) => rows) };
};

/** A list's objects, and the version they are as of. */
export const listObjects = async (
  client: Client,
  sought: Sought,
): Promise<{ readonly objects: readonly Shown[]; readonly version: string }> => {
  const pages = await pagesOf<Page & { readonly items: readonly Shown[] }>(client, sought);
  const { kind } = sought.resource;
  const apiVersion =
    sought.resource.group === '' ? sought.resource.version : `${sought.resource.group}/${sought.resource.version}`;
  return {
    // Servers leave out in a list what the list says of all.
    objects: pages.flatMap(({ items }) => items).map((item) => ({ apiVersion, kind, ...item })),
    version: pages[0]?.metadata.resourceVersion ?? '',
  };
};

/** `pod/web` for each object. */
export const namesText = (resource: Resource, objects: readonly Shown[]): string =>
  objects.map(({ metadata }) => `${objectName(resource, metadata.name)}\n`).join('');

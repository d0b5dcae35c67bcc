import { readFileSync } from 'node:fs';

/** One `package` block of the table, its types still text. */
export interface PackageText {
  /** `apps/v1`; `core/v1` for the group whose name is empty. */
  readonly id: string;
  /** Go's import path. */
  readonly path: string;
  readonly group: string;
  readonly version: string;
  /** The `kind` lines, cut at spaces, without the word `kind`. */
  readonly kinds: readonly (readonly string[])[];
  /** Declared name → its line and, for a struct, the lines of its fields. */
  readonly types: ReadonlyMap<string, readonly string[]>;
}

const parse = (block: string): PackageText => {
  const [head = '', ...lines] = block.split('\n');
  const [id = '', path = '', group = '', version = ''] = head.split(' ');
  const kinds: string[][] = [];
  const types = new Map<string, string[]>();
  let open: string[] = [];
  for (const line of lines) {
    if (line.startsWith(' ')) open.push(line.slice(1));
    else if (line.startsWith('kind ')) kinds.push(line.split(' ').slice(1));
    else if (line !== '') types.set(line.split(' ', 2)[1] ?? '', (open = [line]));
  }
  return { id, path, group: group === '""' ? '' : group, version, kinds, types };
};

let packages: ReadonlyMap<string, PackageText> | undefined;

/** The table's packages by id, in the table's order. Read once, on the first call (about 3 ms). */
export const packageTexts = (): ReadonlyMap<string, PackageText> => {
  if (packages) return packages;
  const text = readFileSync(new URL('./table-1.34.txt', import.meta.url), 'utf8');
  const blocks = text.split('\npackage ').slice(1).map(parse);
  return (packages = new Map(blocks.map((block) => [block.id, block])));
};

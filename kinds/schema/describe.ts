import { readFileSync, existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { declaredType, type SchemaType } from './table.ts';
import { packageTexts } from './table-text.ts';

/** Where the package keeps one file per type; it is a client for the API of the same release. */
const folder = new URL('./gen/models/', `file://${createRequire(import.meta.url).resolve('@kubernetes/client-node')}`);

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Its name for a type is `V1Pod`, or `CoreV1Event` where several groups have one. */
const fileOf = ({ name, package: home }: SchemaType): URL | undefined => {
  const [group = '', version = ''] = home.split('/');
  const names = [`${capital(group)}${capital(version)}${name}`, `${capital(version)}${name}`];
  return names.map((each) => new URL(`${each}.d.ts`, folder)).find((file) => existsSync(file));
};

const comment = String.raw`/\*\*\s*\* ?((?:(?!\*/)[\s\S])*?)\s*\*/\s*`;
const typeText = new RegExp(`${comment}export declare class`);
const fieldText = new RegExp(`${comment}'([^']+)'\\??:`, 'g');

const plain = (text: string): string =>
  text
    .replaceAll(/\n\s*\* ?/g, '\n')
    .replaceAll(/\\(['"])/g, '$1')
    .trim();
/** It spells JSON names so that they are identifiers: `_continue`, `x_kubernetes_map_type`. */
const bare = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, '');

const found: Record<string, string> = {};
for (const home of packageTexts().values())
  for (const name of home.types.keys()) {
    const type = declaredType(home.id, name);
    if (!type || 'type' in type) continue;
    const file = fileOf(type);
    if (!file) continue;
    const text = readFileSync(file, 'utf8');
    const about = typeText.exec(text)?.[1];
    if (about) found[type.id] = plain(about);
    const names = new Map([...type.fields.keys()].map((each) => [bare(each), each]));
    for (const [, said = '', spelled = ''] of text.matchAll(fieldText)) {
      const field = names.get(bare(spelled));
      if (field) found[`${type.id}.${field}`] = plain(said);
    }
  }
writeFileSync(new URL('./descriptions.json', import.meta.url), `${JSON.stringify(found)}\n`);

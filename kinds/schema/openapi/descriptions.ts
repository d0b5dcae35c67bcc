import { existsSync, readFileSync } from 'node:fs';

/** Texts about types and fields by the table's names: `core/v1.Pod`, `core/v1.Pod.spec`. */
export type Descriptions = Readonly<Record<string, string>>;

let read: Descriptions | undefined;

/**
 * Upstream's texts about its types, if `node kinds/schema/describe.ts` has written them beside this folder; else nothing. They are
 * no facts but sentences of others, so they are taken from an installed package and not kept with the source.
 */
export const descriptions = (): Descriptions => {
  const file = new URL('../descriptions.json', import.meta.url);
  // Written by describe.ts as such an object.
  return (read ??= existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Descriptions) : {});
};

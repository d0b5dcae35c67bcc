import { readFileSync } from 'node:fs';

/** The rows of `spec/golden/<name>.jsonl`: what upstream's own libraries answer. */
export const golden = (name: string): readonly unknown[] =>
  readFileSync(new URL(`../golden/${name}.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));

import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Answers a new directory's path each time, which does not exist yet; all are removed when the suite around it ends. */
export const freshDirectories = (): (() => string) => {
  const root = mkdtempSync(join(tmpdir(), 'reckon-events-'));
  let count = 0;
  after(() => rm(root, { recursive: true, force: true }));
  return () => join(root, `${++count}`);
};

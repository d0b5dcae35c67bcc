import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Answers a new directory's path each time, which does not exist yet; all are removed when the suite around it ends. */
export const freshDirectories = (): (() => string) => {
  let root: string | undefined;
  let count = 0;
  after(() => {
    if (root) rmSync(root, { recursive: true, force: true });
  });
  return () => {
    root ??= mkdtempSync(join(tmpdir(), 'reckon-events-'));
    return join(root, `${++count}`);
  };
};

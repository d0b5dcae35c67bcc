import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** A file with `content`, a symbolic link with `target`, or a folder with neither. Owned by root, from 1970. */
export interface TarFile {
  readonly path: string;
  readonly mode: number;
  readonly content?: Buffer;
  readonly target?: string;
}

/** A tar file, always the same for the same files. */
export const tarOf = (files: readonly TarFile[]): Promise<Buffer> => {
  const tar = pack();
  for (const { path, mode, content, target } of files) {
    const header = { name: path, mode, mtime: new Date(0) };
    if (content) tar.entry({ ...header, type: 'file' }, content);
    else if (target) tar.entry({ ...header, type: 'symlink', linkname: target });
    else tar.entry({ ...header, type: 'directory' });
  }
  tar.finalize();
  return buffer(tar);
};

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { imageArchive } from './archive.ts';
import { readExecutable } from './elf.ts';
import type { TarFile } from './tar.ts';

/**
 * Two versions of one program: an HTTP server on port 8080 that answers with its pod's name, its version and the path,
 * and the tools of a small Unix (sh, wget, nc, …). `serve.sh` and `answer.sh` are all there is to it.
 */
export const demoImages = ['reckon/demo:1', 'reckon/demo:2'] as const;

const busyboxPath = '/bin/busybox';
const howToInstall = 'install it with: apt-get install busybox-static';

/** This machine has no program to make the demo's images of; the message says how to get it. */
export class NoBusybox extends Error {
  override readonly name = 'NoBusybox';
}

const readBusybox = async (path: string) => {
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT'
      ? new NoBusybox(`Cannot make the demo's images: ${path} is missing; ${howToInstall}`)
      : error;
  });
  const program = readExecutable(content);
  if (!program)
    throw new NoBusybox(
      `Cannot make the demo's images: ${path} is no Linux program for amd64 or arm64; ${howToInstall}`,
    );
  if (program.dynamic)
    throw new NoBusybox(
      `Cannot make the demo's images: ${path} needs libraries that an image made of it lacks; ${howToInstall}`,
    );
  const { stdout } = await promisify(execFile)(path, ['--list']);
  const applets = stdout.split('\n').filter((name) => name && name !== 'busybox');
  return { content, applets, architecture: program.architecture };
};

const script = async (name: string): Promise<TarFile> => ({
  path: `bin/${name}`,
  mode: 0o755,
  content: await readFile(new URL(`${name}.sh`, import.meta.url)),
});

const folder = (name: string, mode = 0o755): TarFile => ({ path: name, mode });
const text = (name: string, lines: string): TarFile => ({ path: name, mode: 0o644, content: Buffer.from(lines) });

/** {@link demoImages} as an archive that `Runtime.loadImages` takes. Throws {@link NoBusybox}. */
export const demoArchive = async (path = busyboxPath): Promise<Buffer> => {
  const { content, applets, architecture } = await readBusybox(path);
  return imageArchive({
    architecture,
    files: [
      ...['bin', 'etc', 'proc', 'sys', 'dev', 'root', 'var'].map((name) => folder(name)),
      folder('tmp', 0o1777),
      text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n'),
      text('etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
      { path: 'bin/busybox', mode: 0o755, content },
      ...applets.map((name) => ({ path: `bin/${name}`, mode: 0o777, target: 'busybox' })),
      await script('serve'),
      await script('answer'),
    ],
    images: demoImages.map((reference) => ({
      reference,
      config: {
        Cmd: ['/bin/serve'],
        Env: ['PATH=/bin', `VERSION=${reference.slice(reference.indexOf(':') + 1)}`],
        ExposedPorts: { '8080/tcp': {} },
      },
    })),
  });
};

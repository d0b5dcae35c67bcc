import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import type { Image } from '../image.ts';
import { parseImageReference } from '../image-reference.ts';
import { type Runtime, RuntimeFailure } from '../runtime.ts';
import type { Behaviour } from './program.ts';

const sizeBytes = 2_000_000;

const nameOf = (reference: string): string => {
  const parsed = parseImageReference(reference);
  if (!parsed)
    throw new RuntimeFailure('Refused', `couldn't parse image name "${reference}": invalid reference format`);
  return parsed.digest ? `${parsed.repository}@${parsed.digest}` : `${parsed.repository}:${parsed.tag}`;
};

const imageOf = (name: string): Image => ({
  id: `sha256:${createHash('sha256').update(name).digest('hex')}`,
  tags: name.includes('@') ? [] : [name.replace(/^docker\.io\/(library\/)?/, '')],
  digests: name.includes('@') ? [name] : [],
  sizeBytes,
  user: '',
});

/** Images without layers. Every one can be pulled, unless the behaviour says otherwise. */
export const simulatedImages = (behaviour: Behaviour, answer: () => void) => {
  const here = new Map<string, Image>();

  const add = (name: string): Image => {
    const image = imageOf(name);
    here.set(name, image);
    return image;
  };

  const find = (reference: string) =>
    reference.startsWith('sha256:') ? here.values().find(({ id }) => id === reference) : here.get(nameOf(reference));

  const images: Pick<Runtime, 'image' | 'images' | 'pullImage' | 'loadImages'> = {
    image: async (reference) => {
      answer();
      return find(reference);
    },
    images: async () => {
      answer();
      return [...here.values()];
    },
    pullImage: async (reference, _credentials, onProgress) => {
      answer();
      const name = nameOf(reference);
      const failure = behaviour.pull?.(reference);
      if (failure) throw failure;
      onProgress?.({ currentBytes: sizeBytes, totalBytes: sizeBytes });
      return add(name);
    },
    loadImages: async (archive: Readable) => {
      answer();
      const tar = archive.pipe(extract());
      for await (const entry of tar) {
        const content = await text(entry);
        if (entry.header.name !== 'manifest.json') continue;
        const manifest = JSON.parse(content) as readonly { readonly RepoTags: readonly string[] }[]; // as docker save writes it
        for (const reference of manifest.flatMap(({ RepoTags }) => RepoTags)) add(nameOf(reference));
      }
    },
  };
  return { ...images, find };
};

import { createHash } from 'node:crypto';
import type { Architecture } from './elf.ts';
import { tarOf, type TarFile } from './tar.ts';

/** What an image says of the containers made of it, in Docker's names. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly User?: string;
}

export interface ArchiveSpec {
  readonly architecture: Architecture;
  /** The one layer that all its images share. */
  readonly files: readonly TarFile[];
  readonly images: readonly { readonly reference: string; readonly config: ImageConfig }[];
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** No time of its own, so that the same image made twice, or on two nodes, is the same image. */
const created = '1970-01-01T00:00:00Z';

/** Images as `docker save` writes them (Docker Image Specification v1.2). */
export const imageArchive = async ({ architecture, files, images }: ArchiveSpec): Promise<Buffer> => {
  const layer = await tarOf(files);
  const layerId = sha256(layer);
  const layerPath = `${layerId}/layer.tar`;
  const described = images.map(({ reference, config }) => {
    const content = Buffer.from(
      JSON.stringify({
        architecture,
        os: 'linux',
        created,
        config,
        rootfs: { type: 'layers', diff_ids: [`sha256:${layerId}`] },
        history: [{ created, created_by: 'reckon' }],
      }),
    );
    return { path: `${sha256(content)}.json`, mode: 0o644, content, reference };
  });
  const manifest = described.map(({ path, reference }) => ({
    Config: path,
    RepoTags: [reference],
    Layers: [layerPath],
  }));
  return tarOf([
    { path: 'manifest.json', mode: 0o644, content: Buffer.from(JSON.stringify(manifest)) },
    ...described.map(({ path, mode, content }) => ({ path, mode, content })),
    { path: layerPath, mode: 0o644, content: layer },
  ]);
};

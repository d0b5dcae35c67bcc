import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { extract } from 'tar-stream';

const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

/** What a registry serves of an archive with one image: a manifest, and blobs by their digests. */
const published = async (archive: Buffer) => {
  const files = new Map<string, Buffer>();
  for await (const entry of Readable.from([archive]).pipe(extract())) files.set(entry.header.name, await buffer(entry));
  const read = (path: string) => files.get(path) ?? Buffer.alloc(0);
  const [{ Config, Layers }] = JSON.parse(read('manifest.json').toString()) as [{ Config: string; Layers: string[] }];
  const config = read(Config);
  const layers = Layers.map((path) => gzipSync(read(path)));
  const blobs = new Map([config, ...layers].map((bytes) => [digestOf(bytes), bytes]));
  const described = (mediaType: string) => (bytes: Buffer) => ({
    mediaType,
    size: bytes.length,
    digest: digestOf(bytes),
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: described('application/vnd.docker.container.image.v1+json')(config),
    layers: layers.map(described('application/vnd.docker.image.rootfs.diff.tar.gzip')),
  };
  return { manifest: Buffer.from(JSON.stringify(manifest)), blobs };
};

export interface Registry {
  /** `127.0.0.1:port`: Docker speaks to it without TLS. */
  readonly address: string;
  readonly digest: string;
  /** Resolves when the next request comes. */
  asked(): Promise<unknown>;
  close(): Promise<void>;
}

export interface RegistryOptions {
  /** Asked for, if given. */
  readonly password?: string;
  /** Never answers. */
  readonly mute?: boolean;
  /** Sends half of each layer, and the rest only then. */
  readonly halfUntil?: Promise<unknown>;
}

/** A registry with one image under `app:1`. */
export const openRegistry = async (archive: Buffer, options: RegistryOptions = {}): Promise<Registry> => {
  const { manifest, blobs } = await published(archive);
  const allowed = `Basic ${Buffer.from(`user:${options.password}`).toString('base64')}`;

  const refuse = (response: ServerResponse, status: number, code: string, message: string) =>
    response
      .writeHead(status, { 'Content-Type': 'application/json', 'WWW-Authenticate': 'Basic realm="spec"' })
      .end(JSON.stringify({ errors: [{ code, message }] }));

  const answer = ({ url = '', headers }: IncomingMessage, response: ServerResponse): unknown => {
    if (options.mute) return undefined;
    if (options.password && headers.authorization !== allowed)
      return refuse(response, 401, 'UNAUTHORIZED', 'authentication required');
    if (url === '/v2/') return response.writeHead(200).end('{}');
    const name = /^\/v2\/app\/(manifests|blobs)\/(.+)$/.exec(url);
    if (!name) return refuse(response, 404, 'NAME_UNKNOWN', 'repository name not known to registry');
    const [, sort, reference = ''] = name;
    const found =
      sort === 'blobs' ? blobs.get(reference) : ['1', digestOf(manifest)].includes(reference) ? manifest : undefined;
    if (!found) return refuse(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
    const type = sort === 'blobs' ? 'application/octet-stream' : manifestType;
    response.writeHead(200, {
      'Content-Type': type,
      'Content-Length': found.length,
      'Docker-Content-Digest': digestOf(found),
    });
    if (sort === 'blobs' && options.halfUntil) {
      const half = found.length / 2;
      response.write(found.subarray(0, half));
      void options.halfUntil.then(() => response.end(found.subarray(half)));
    } else response.end(found);
  };

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server has a port
    digest: digestOf(manifest),
    asked: () => once(server, 'request'),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

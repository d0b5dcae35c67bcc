import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Clock } from '../../events/clock.ts';
import type { Credentials, Image, PullProgress } from '../image.ts';
import { parseImageReference } from '../image-reference.ts';
import { type Runtime, RuntimeFailure, type RuntimeFailureKind } from '../runtime.ts';
import { type Call, unless } from './call.ts';
import { jsonLines } from './json-lines.ts';

const silenceMsMax = 60_000;

/** One line of what Docker tells while it pulls or loads. */
interface Told {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
}

/** Docker gives a registry's refusals as text only. The first that fits counts. */
const causes: readonly (readonly [RegExp, RuntimeFailureKind])[] = [
  [
    /unauthorized|authentication required|access denied|access .* is denied|no basic auth|forbidden|\b40[13]\b/i,
    'Unauthorized',
  ],
  [/manifest unknown|not found|does not exist|no such image|no matching manifest|name unknown/i, 'NotFound'],
  [
    /dial tcp|no such host|connection re|timeout|deadline|canceled|i\/o|EOF|x509|tls|server misbehaving|\b5\d\d\b|too many requests/i,
    'Unreachable',
  ],
];

const pullFailure = (reference: string, said: string): RuntimeFailure =>
  new RuntimeFailure(
    causes.find(([pattern]) => pattern.test(said))?.[1] ?? 'Refused',
    `failed to pull image "${reference}": ${said}`, // as the kubelet's event says it
  );

/** Adds up the layers that are being downloaded. */
const progressOf = () => {
  const layers = new Map<string, { current: number; total: number }>();
  return ({ id, status, progressDetail }: Told): PullProgress => {
    const before = id === undefined ? undefined : layers.get(id);
    if (id !== undefined && status === 'Downloading' && progressDetail?.total) {
      layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
    } else if (before && status === 'Download complete') before.current = before.total;
    const all = [...layers.values()];
    return {
      currentBytes: all.reduce((sum, { current }) => sum + current, 0),
      totalBytes: all.reduce((sum, { total }) => sum + total, 0),
    };
  };
};

/** Docker takes an image's id as well as a name. */
const nameOf = (reference: string): string => {
  if (/^sha256:[0-9a-f]{64}$/.test(reference)) return reference;
  const parsed = parseImageReference(reference);
  if (!parsed)
    throw new RuntimeFailure('Refused', `couldn't parse image name "${reference}": invalid reference format`);
  return parsed.digest ? `${parsed.repository}@${parsed.digest}` : `${parsed.repository}:${parsed.tag}`;
};

export const dockerImages = (docker: Docker, call: Call, clock: Clock) => {
  const image = async (reference: string): Promise<Image | undefined> => {
    const name = nameOf(reference);
    const found = await unless(
      ['NotFound'],
      call(() => docker.getImage(name).inspect()),
    );
    return found
      ? {
          id: found.Id,
          tags: found.RepoTags ?? [],
          digests: found.RepoDigests ?? [],
          sizeBytes: found.Size,
          user: found.Config.User ?? '',
        }
      : undefined;
  };

  const images = async (): Promise<readonly Image[]> => {
    const all = await call(() => docker.listImages());
    return Promise.all(all.map(({ Id }) => image(Id))).then((list) => list.filter((one) => one !== undefined));
  };

  const startPull = async (reference: string, credentials: Credentials | undefined, abortSignal: AbortSignal) => {
    const options = { fromImage: nameOf(reference), abortSignal };
    try {
      return await call(() => docker.createImage(credentials ?? {}, options));
    } catch (error) {
      if (error instanceof RuntimeFailure && error.kind !== 'Unavailable') throw pullFailure(reference, error.message);
      throw error;
    }
  };

  /** Hears what Docker tells of a pull, to its end; gives up after a minute without a word. */
  const follow = async (reference: string, credentials: Credentials | undefined, heard: (told: Told) => void) => {
    const silence = new AbortController();
    const arm = () => clock.setTimeout(() => silence.abort(), silenceMsMax);
    let timer = arm();
    try {
      for await (const told of jsonLines<Told>(await startPull(reference, credentials, silence.signal))) {
        clock.clearTimeout(timer);
        timer = arm();
        if (told.error) throw pullFailure(reference, told.error);
        heard(told);
      }
    } catch (error) {
      if (!silence.signal.aborted) throw error;
      const text = `failed to pull image "${reference}": no progress within ${silenceMsMax / 1000} s`;
      throw new RuntimeFailure('Unreachable', text, error);
    } finally {
      clock.clearTimeout(timer);
    }
  };

  const pullImage: Runtime['pullImage'] = async (reference, credentials, onProgress) => {
    const progress = progressOf();
    await follow(reference, credentials, (told) => onProgress?.(progress(told)));
    const pulled = await image(reference);
    if (!pulled)
      throw new RuntimeFailure('NotFound', `failed to pull image "${reference}": it is not there afterwards`);
    return pulled;
  };

  const loadImages = async (archive: Readable): Promise<void> => {
    const stream = await call(() => docker.loadImage(archive));
    for await (const { error } of jsonLines<Told>(stream)) {
      if (error) throw new RuntimeFailure('Refused', `Cannot load images: ${error}`);
    }
  };

  return { image, images, pullImage, loadImages };
};

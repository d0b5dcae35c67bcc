import { createCipheriv } from 'node:crypto';
import { expect } from 'chai';
import type { PullProgress } from '../../../runtime-agent/image.ts';
import { imageArchive } from '../../../runtime-agent/images/archive.ts';
import type { Runtime } from '../../../runtime-agent/runtime.ts';
import { virtualClock } from '../../support/clock.ts';
import { openRegistry, type Registry } from '../../support/registry.ts';
import { expectFailure, failureOf } from '../runtime-bench.ts';
import { openNode } from './bench.ts';

/** Bytes that do not get shorter by packing them, the same each time. */
const noise = (length: number): Buffer => {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
  return cipher.update(Buffer.alloc(length));
};

describe('a pull with Docker', function () {
  this.timeout(60_000);
  let runtime: Runtime;
  let archive: Buffer;
  let registry: Registry;

  const open = async (options: Parameters<typeof openRegistry>[1] = {}) => {
    registry = await openRegistry(archive, options);
    return registry.address;
  };

  before(async () => {
    ({ runtime } = await openNode());
    archive = await imageArchive({
      architecture: 'amd64',
      files: [{ path: 'data', mode: 0o644, content: noise(4_000_000) }],
      images: [{ reference: 'app:1', config: { User: '1000' } }],
    });
  });
  afterEach(() => registry.close());

  it('brings an image, and tells how far it is', async () => {
    const { promise: halfCame, resolve } = Promise.withResolvers<void>();
    const reference = `${await open({ halfUntil: halfCame })}/app:1`;
    const heard: PullProgress[] = [];
    const image = await runtime.pullImage(reference, undefined, (progress) => {
      heard.push(progress);
      if (progress.currentBytes > 0) resolve();
    });
    expect(image).deep.include({
      tags: [reference],
      digests: [`${registry.address}/app@${registry.digest}`],
      user: '1000',
    });
    expect(await runtime.image(reference)).deep.equal(image);
    const half = heard.find(({ currentBytes }) => currentBytes > 0);
    expect(half?.currentBytes).lessThan(half?.totalBytes ?? 0);
  });

  it('takes a digest for a name', async () => {
    const address = await open();
    const image = await runtime.pullImage(`${address}/app@${registry.digest}`);
    expect(image.digests).include(`${address}/app@${registry.digest}`);
  });

  it('says when the registry has no such image', async () => {
    const address = await open();
    const failure = await failureOf(runtime.pullImage(`${address}/app:2`));
    expect(failure.kind, failure.message).equal('NotFound');
    expect(failure.message).match(new RegExp(`^failed to pull image "${address}/app:2": .*manifest unknown`));
    expect((await failureOf(runtime.pullImage(`${address}/other:1`))).kind).equal('NotFound');
  });

  it('says when it wants other credentials, and takes the right ones', async () => {
    const reference = `${await open({ password: 'secret' })}/app:1`;
    await expectFailure('Unauthorized', runtime.pullImage(reference));
    await expectFailure('Unauthorized', runtime.pullImage(reference, { username: 'user', password: 'wrong' }));
    expect((await runtime.pullImage(reference, { username: 'user', password: 'secret' })).tags).include(reference);
  });

  it('says when the registry cannot be reached', async () => {
    const address = await open();
    await registry.close();
    const failure = await failureOf(runtime.pullImage(`${address}/app:1`));
    expect(failure.kind, failure.message).equal('Unreachable');
    expect(failure.message).contain('connection refused');
  });

  it('gives up after a minute without progress', async () => {
    const clock = virtualClock();
    const node = await openNode({ clock });
    const reference = `${await open({ mute: true })}/app:1`;
    const asked = registry.asked();
    const failure = failureOf(node.runtime.pullImage(reference));
    await asked;
    clock.advance(60_000);
    expect(await failure).include({
      kind: 'Unreachable',
      message: `failed to pull image "${reference}": no progress within 60 s`,
    });
  });
});

import { connect } from 'node:tls';
import { expect } from 'chai';
import { mutatingMax, readingMax } from '../../api/in-flight.ts';
import { waitingBytesMax } from '../../api/watch/sink.ts';
import { LogUnavailable } from '../../events/log.ts';
import { openApi, type SpecApi } from '../support/api.ts';
import { settled } from '../support/clock.ts';

const maps = '/api/v1/namespaces/shop/configmaps';

describe('limits', () => {
  let api: SpecApi;
  const open = async (more: Parameters<typeof openApi>[0] = {}) => {
    api = await openApi(more);
    await api.made('namespaces', '', { metadata: { name: 'shop' } });
  };
  afterEach(() => api.close());

  it('hold back writes beyond so many at once, and reads go on', async () => {
    const { promise: hold, resolve: release } = Promise.withResolvers<void>();
    await open({ submit: async (command) => hold.then(() => api.submit(command)) });
    const under = Array.from({ length: mutatingMax }, (_, i) => api.post(maps, { metadata: { name: `n${i}` } }));
    const held = async () => (await api.get('/metrics')).text.includes(`{request_kind="mutating"} ${mutatingMax}`);
    while (!(await held())) await settled();
    const refused = await api.post(maps, { metadata: { name: 'one-more' } });
    expect(refused.json()).to.include({ code: 429, reason: 'TooManyRequests' });
    expect(refused.headers['retry-after']).to.equal('1');
    expect((await api.get(maps)).code).to.equal(200);
    release();
    expect(new Set((await Promise.all(under)).map(({ code }) => code))).to.deep.equal(new Set([201]));
    expect((await api.post(maps, { metadata: { name: 'one-more' } })).code).to.equal(201);
    expect(readingMax).to.be.above(mutatingMax);
  });

  it('end what takes a minute', async () => {
    await open({ submit: () => new Promise(() => undefined) });
    const asked = api.post(maps, { metadata: { name: 'a' } });
    while (!(await api.get('/metrics')).text.includes('{request_kind="mutating"} 1')) await settled();
    api.clock.advance(60_000);
    const got = await asked;
    expect(got.json()).to.include({ code: 504, reason: 'Timeout' });
    expect(got.json()['message']).to.equal('Timeout: request did not complete within the allotted timeout');
  });

  it('say so when the log cannot be written, and report it', async () => {
    await open({ submit: () => Promise.reject(new LogUnavailable('the disk is full')) });
    const got = await api.post(maps, { metadata: { name: 'a' } });
    expect(got.json()).to.include({ code: 503, reason: 'ServiceUnavailable', message: 'the disk is full' });
    expect(api.troubles).to.have.length(1);
  });

  it('answer a fault of the server without its inside, and report it', async () => {
    await open({ submit: () => Promise.reject(new Error('a broken expectation')) });
    const got = await api.post(maps, { metadata: { name: 'a' } });
    expect(got.json()).to.include({ code: 500, reason: 'InternalError' });
    expect(api.troubles[0]?.what).to.equal(`POST ${maps}`);
    expect((await api.get(maps)).code).to.equal(200);
  });

  it('cut off a watcher that does not read, and nobody else', async () => {
    await open();
    const { certificate, key } = await api.authority.client({ user: 'slow', groups: ['system:masters'] });
    const slow = connect({
      port: api.api.port,
      host: '127.0.0.1',
      ca: api.authority.certificate,
      cert: certificate,
      key,
    });
    const closed = new Promise((resolve) => slow.once('close', resolve));
    slow.on('error', () => undefined);
    slow.write(`GET ${maps}?watch=true HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await new Promise((resolve) => slow.once('data', resolve));
    slow.pause();
    const quick = await api.watch(`${maps}?watch=true`);
    const text = 'x'.repeat(500_000);
    // What the kernel's own buffers hold comes on top.
    const rounds = Math.ceil((4 * waitingBytesMax) / text.length);
    for (let i = 0; i < rounds; i++) {
      await api.made('configmaps', 'shop', { metadata: { name: `n${i}` }, data: { text } });
      expect((await quick.next())?.['type']).to.equal('ADDED');
    }
    expect((await api.get('/metrics')).text).to.include('apiserver_longrunning_requests 1');
    slow.resume();
    await closed;
    quick.close();
  });
});

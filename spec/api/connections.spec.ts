import { connect, type TLSSocket } from 'node:tls';
import { expect } from 'chai';
import { openApi, type SpecApi } from '../support/api.ts';

/** Sends one request over a connection and reads its answer. */
const ask = (socket: TLSSocket, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const read = (bytes: Buffer) => {
      text += bytes.toString();
      const [, length] = /content-length: (\d+)/i.exec(text) ?? [];
      const start = text.indexOf('\r\n\r\n');
      if (start < 0 || text.length < start + 4 + Number(length)) return;
      socket.off('data', read);
      resolve(text);
    };
    socket.on('data', read);
    socket.once('error', reject);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  });

const expectRefused = async (work: () => Promise<unknown>) => {
  const error: unknown = await work().catch((thrown: unknown) => thrown);
  // A connection that was kept may be found closed first.
  expect(error).to.have.property('code').that.is.oneOf(['ECONNREFUSED', 'ECONNRESET']);
};

describe('a connection', () => {
  let api: SpecApi;
  const sessions = new WeakMap<TLSSocket, Buffer>();
  let client = { certificate: '', key: '' };
  beforeEach(async () => {
    api = await openApi();
    client = await api.authority.client({ user: 'bob', groups: [] });
  });
  afterEach(() => api.close());

  const open = (maxVersion: 'TLSv1.2' | 'TLSv1.3', session?: Buffer): Promise<TLSSocket> =>
    new Promise((resolve, reject) => {
      const socket = connect({
        host: '127.0.0.1',
        port: api.api.port,
        ca: api.authority.certificate,
        cert: client.certificate,
        key: client.key,
        maxVersion,
        ...(session && { session }),
      });
      socket.once('session', (ticket: Buffer) => sessions.set(socket, ticket));
      socket.once('secureConnect', () => resolve(socket));
      socket.once('error', reject);
    });

  for (const version of ['TLSv1.3', 'TLSv1.2'] as const)
    it(`is resumed without a new handshake, and is still the same user's (${version})`, async () => {
      const first = await open(version);
      expect(await ask(first, '/api/v1/nodes')).to.include('User \\"bob\\" cannot list');
      const second = await open(version, sessions.get(first));
      expect(second.isSessionReused()).to.equal(true);
      expect(await ask(second, '/api/v1/nodes')).to.include('User \\"bob\\" cannot list');
      first.destroy();
      second.destroy();
    });

  it('carries one request after the other', async () => {
    const socket = await open('TLSv1.3');
    for (let i = 0; i < 3; i++) expect(await ask(socket, '/version')).to.match(/^HTTP\/1\.1 200 OK/);
    socket.destroy();
  });

  it('shows a renewed certificate from then on', async () => {
    const before = (await open('TLSv1.3')).getPeerCertificate().serialNumber;
    api.api.renew(await api.authority.serving(['localhost', '127.0.0.1', 'renewed.example']));
    const after = await open('TLSv1.3');
    expect(after.getPeerCertificate().serialNumber).to.not.equal(before);
    expect(await ask(after, '/version')).to.match(/^HTTP\/1\.1 200 OK/);
    after.destroy();
  });

  it('ends with the server, watches too', async () => {
    await api.made('namespaces', '', { metadata: { name: 'shop' } });
    const watch = await api.watch('/api/v1/namespaces?watch=true');
    await watch.take(1);
    await api.api.close();
    expect(await watch.next()).to.equal(undefined);
    await expectRefused(() => api.get('/version'));
  });
});

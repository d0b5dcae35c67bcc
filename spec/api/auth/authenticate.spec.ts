import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'node:https';
import { expect } from 'chai';
import { type Authority, type Credential, nodeIdentity, openAuthority } from '../../../api/auth/authority.ts';
import { type Authenticate, authenticator } from '../../../api/auth/authenticate.ts';
import type { Tokens } from '../../../api/auth/tokens.ts';
import type { Identity } from '../../../events/event.ts';
import { realChance, realClock } from '../../../events/clock.ts';
import { isRejection, statusOf } from '../../../kinds/rejection.ts';
import { virtualClock } from '../../support/clock.ts';

const tokens: Tokens = {
  audience: 'here',
  issue: () => Promise.reject(new Error('not asked')),
  verify: async (token) => (token === 'robot' ? { user: 'system:serviceaccount:a:b', groups: [] } : undefined),
  keySet: async () => ({ keys: [] }),
};
const staticToken = { token: 'correct-horse-battery', identity: { user: 'admin', groups: ['system:masters'] } };

describe('authenticating', () => {
  let dir = '';
  let authority: Authority;
  let server: Server;
  let stranger: Credential;
  const authenticate: Authenticate = authenticator([staticToken], tokens);
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'reckon-authenticate-'));
    const source = { clock: realClock, chance: realChance };
    authority = await openAuthority(join(dir, 'ours'), source);
    stranger = await (await openAuthority(join(dir, 'theirs'), source)).client({
      user: 'mallory',
      groups: ['system:masters'],
    });
    const { certificate: cert, key } = await authority.serving(['localhost']);
    const options = { cert, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: false };
    server = createServer(options, (incoming, response) => {
      void authenticate(incoming).then((who) => {
        response.end(JSON.stringify(isRejection(who) ? statusOf(who) : who));
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  after(async () => {
    await new Promise((closed) => server.close(closed));
    await rm(dir, { recursive: true, force: true });
  });

  const ask = (authorization?: string, client?: Credential): Promise<Identity & { code?: number; message?: string }> =>
    new Promise((resolve, reject) => {
      const sent = request({
        // The server's own certificate is checked on the way, as every client does.
        host: 'localhost',
        lookup: (_, options, found) => {
          if (options.all) found(null, [{ address: '127.0.0.1', family: 4 }]);
          else found(null, '127.0.0.1', 4);
        },
        // What listen gave is an address, not a pipe's name.
        port: (server.address() as AddressInfo).port,
        ca: authority.certificate,
        agent: false,
        ...(client ? { cert: client.certificate, key: client.key } : {}),
        ...(authorization === undefined ? {} : { headers: { authorization } }),
      });
      sent.on('error', reject).on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      });
      sent.end();
    });

  it('takes CN for the user and every O for a group', async () => {
    expect(await ask(undefined, await authority.client({ user: 'bob', groups: ['a', 'b'] }))).to.deep.equal({
      user: 'bob',
      groups: ['a', 'b', 'system:authenticated'],
    });
    expect(await ask(undefined, await authority.client(nodeIdentity('n1')))).to.deep.equal({
      user: 'system:node:n1',
      groups: ['system:nodes', 'system:authenticated'],
    });
    expect(await ask(undefined, await authority.client({ user: 'kåre "x", O=y', groups: [] }))).to.deep.equal({
      user: 'kåre "x", O=y',
      groups: ['system:authenticated'],
    });
  });

  it('takes who shows nothing for system:anonymous', async () => {
    const anonymous = { user: 'system:anonymous', groups: ['system:unauthenticated'] };
    expect(await ask()).to.deep.equal(anonymous);
    expect(await ask('Basic YTpi')).to.deep.equal(anonymous);
    expect(await ask('Bearer ')).to.deep.equal(anonymous);
  });

  it('knows a static token and a service account’s', async () => {
    const admin = { user: 'admin', groups: ['system:masters', 'system:authenticated'] };
    expect(await ask('Bearer correct-horse-battery')).to.deep.equal(admin);
    expect(await ask('bearer  correct-horse-battery')).to.deep.equal(admin);
    expect(await ask('Bearer robot')).to.deep.equal({
      user: 'system:serviceaccount:a:b',
      groups: ['system:authenticated'],
    });
  });

  it('refuses a bad token with upstream’s 401', async () => {
    for (const bad of ['Bearer nope', `Bearer ${'x'.repeat(12_000)}`])
      expect(await ask(bad)).to.deep.equal({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      });
  });

  it('refuses a certificate of another authority, unless a good token comes with it', async () => {
    expect(await ask(undefined, stranger)).to.include({ code: 401 });
    expect((await ask('Bearer robot', stranger)).user).to.equal('system:serviceaccount:a:b');
  });

  it('refuses a certificate that has ended, one for servers, and one without a user', async () => {
    const past = virtualClock();
    past.advance(Date.UTC(2020, 0, 1) - past.now());
    const back = await openAuthority(join(dir, 'ours'), { clock: past, chance: realChance });
    expect(await ask(undefined, await back.client({ user: 'bob', groups: [] }))).to.include({ code: 401 });
    expect(await ask(undefined, await authority.serving(['localhost']))).to.include({ code: 401 });
    expect(await ask(undefined, await authority.client({ user: '', groups: ['system:masters'] }))).to.include({
      code: 401,
    });
  });
});

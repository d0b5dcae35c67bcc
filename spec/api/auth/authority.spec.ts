import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { adminIdentity, AuthorityDamaged, nodeIdentity, openAuthority } from '../../../api/auth/authority.ts';
import { realChance } from '../../../events/clock.ts';
import { epochMs, virtualClock } from '../../support/clock.ts';

const dayMs = 86_400_000;

const refusalOf = async (work: Promise<unknown>): Promise<Error> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('expected a refusal');
  return error;
};

describe('the certificate authority', () => {
  let dir = '';
  let clock = virtualClock();
  const open = () => openAuthority(dir, { clock, chance: realChance });
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'reckon-authority-'));
    clock = virtualClock();
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('is made on the first start, and is the same on the next', async () => {
    const first = await open();
    const second = await open();
    expect(second.certificate).to.equal(first.certificate);
    expect(second.serviceAccountKey.equals(first.serviceAccountKey)).to.equal(true);
    expect(await readFile(join(dir, 'ca.crt'), 'utf8')).to.equal(first.certificate);
  });

  it('is one authority when two processes make it at once', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    expect(one.certificate).to.equal(two.certificate);
  });

  it('keeps its keys from everyone else and leaves no half-written file', async () => {
    const authority = await open();
    await authority.serving(['localhost']);
    await authority.keptClient('admin', adminIdentity);
    expect((await readdir(dir)).sort()).to.deep.equal([
      'admin.pem',
      'ca.crt',
      'ca.pem',
      'service-account.pem',
      'serving.pem',
    ]);
    for (const name of ['admin.pem', 'ca.pem', 'service-account.pem', 'serving.pem'])
      expect((await stat(join(dir, name))).mode & 0o777, name).to.equal(0o600);
  });

  it('says in its own certificate that it is one, and nothing that it issues may issue', async () => {
    const authority = await open();
    const root = new X509Certificate(authority.certificate);
    const leaf = new X509Certificate((await authority.client(adminIdentity)).certificate);
    expect([root.ca, root.verify(root.publicKey)]).to.deep.equal([true, true]);
    expect([leaf.ca, leaf.checkIssued(root), leaf.verify(root.publicKey)]).to.deep.equal([false, true, true]);
    expect(leaf.serialNumber).not.to.equal(root.serialNumber);
  });

  it('writes the user as CN and every group as O', async () => {
    const authority = await open();
    const certificate = async (identity: typeof adminIdentity) =>
      new X509Certificate((await authority.client(identity)).certificate);
    expect((await certificate(adminIdentity)).subject).to.equal('O=system:masters\nCN=kubernetes-admin');
    expect((await certificate(nodeIdentity('n1'))).subject).to.equal('O=system:nodes\nCN=system:node:n1');
    expect((await certificate({ user: 'bob', groups: ['a', 'b, c'] })).toLegacyObject().subject).to.deep.include({
      O: ['a', 'b, c'],
      CN: 'bob',
    });
  });

  it('serves under every name and address it was asked for', async () => {
    const authority = await open();
    const names = ['localhost', 'kubernetes.default.svc', '127.0.0.1', '10.96.0.1', '::1', 'fd00::1:2'];
    const certificate = new X509Certificate((await authority.serving(names)).certificate);
    for (const name of names.slice(0, 2)) expect(certificate.checkHost(name), name).to.equal(name);
    for (const name of names.slice(2)) expect(certificate.checkIP(name), name).to.equal(name);
    expect(certificate.checkHost('elsewhere')).to.equal(undefined);
  });

  it('keeps the serving certificate until a name is missing from it', async () => {
    const authority = await open();
    const first = await authority.serving(['localhost', '10.0.0.1']);
    expect(await (await open()).serving(['localhost'])).to.deep.equal(first);
    const second = await authority.serving(['localhost', '10.0.0.2']);
    expect(second.certificate).not.to.equal(first.certificate);
  });

  it('issues it anew when a third of its life is left', async () => {
    const authority = await open();
    const first = await authority.serving(['localhost']);
    clock.advance(243 * dayMs);
    expect(await authority.serving(['localhost'])).to.deep.equal(first);
    clock.advance(dayMs);
    const second = await authority.serving(['localhost']);
    expect(second).not.to.deep.equal(first);
    expect(new X509Certificate(second.certificate).validToDate.getTime()).to.equal(epochMs + (365 + 244) * dayMs);
  });

  it('issues a kept client anew when it is another identity', async () => {
    const authority = await open();
    const first = await authority.keptClient('agent', nodeIdentity('a'));
    expect(await authority.keptClient('agent', nodeIdentity('a'))).to.deep.equal(first);
    expect(await authority.keptClient('agent', nodeIdentity('b'))).not.to.deep.equal(first);
  });

  it('outlives no certificate that it issued', async () => {
    const authority = await open();
    clock.advance(3600 * dayMs);
    const { certificate } = await authority.client(adminIdentity);
    expect(new X509Certificate(certificate).validTo).to.equal(new X509Certificate(authority.certificate).validTo);
  });

  it('says so when it has ended', async () => {
    await open();
    clock.advance(3650 * dayMs);
    expect((await refusalOf(open())).message).to.match(
      /ca\.pem": it ended on .* 2035 GMT\. Restore it from a backup, or move/,
    );
  });

  for (const [what, damage] of [
    ['half-written', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['flipped', (text: string) => text.replace(/[A-Z]{3}/g, 'AAA')],
  ] as const)
    for (const file of ['ca.pem', 'service-account.pem'])
      it(`refuses a ${what} ${file} and changes nothing`, async () => {
        await open();
        const path = join(dir, file);
        const damaged = damage(await readFile(path, 'utf8'));
        await writeFile(path, damaged);
        const error = await refusalOf(open());
        expect(error).to.be.instanceOf(AuthorityDamaged);
        expect(error.message).to.contain(`Cannot use "${path}": `).and.to.contain('Restore it from a backup');
        expect(await readFile(path, 'utf8')).to.equal(damaged);
      });

  it('refuses a key that is not its certificate’s', async () => {
    const authority = await open();
    const one = await authority.client(adminIdentity);
    await writeFile(join(dir, 'serving.pem'), `${one.key}${authority.certificate}`);
    expect((await refusalOf(authority.serving(['localhost']))).message).to.equal(
      `Cannot use "${join(dir, 'serving.pem')}": its key is not the key of its certificate. Remove the file: it is issued anew at the next start`,
    );
  });

  it('starts no second authority where the first was lost', async () => {
    await open();
    await rm(join(dir, 'ca.pem'));
    expect((await refusalOf(open())).message).to.contain(
      `Cannot find "${join(dir, 'ca.pem')}", yet "ca.crt" is beside it`,
    );
  });
});

import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import {
  type Access,
  addToKubeconfig,
  KubeconfigLocked,
  kubeconfigOf,
  kubeconfigPath,
  KubeconfigUnreadable,
  removeFromKubeconfig,
} from '../../cli/kubeconfig.ts';
import { realClock } from '../../events/clock.ts';
import { settled, virtualClock } from '../support/clock.ts';
import { clientsRunHere, releases, stockClient } from '../support/kubectl.ts';

const access: Access = {
  name: 'reckon',
  server: 'https://127.0.0.1:6443',
  authority: 'CA\n',
  client: { certificate: 'CERT\n', key: 'KEY\n' },
};
const theirs = `# My clusters; the second is production!
apiVersion: v1
clusters:
- cluster:
    server: https://one.example # in the cellar
  name: one
contexts:
- context:
    cluster: one
    namespace: team
    user: one
  name: one
current-context: one
kind: Config
preferences: {}
users:
- name: one
  user:
    token: abc
`;

describe('the kubeconfig', () => {
  let dir = '';
  let path = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'reckon-kubeconfig-'));
    path = join(dir, 'config');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));
  const add = (more: Partial<Access> = {}) => addToKubeconfig(path, { ...access, ...more }, realClock);
  const remove = () => removeFromKubeconfig(path, 'reckon', realClock);
  const read = () => readFile(path, 'utf8');
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('is the one named, else the first of KUBECONFIG, else the user’s', () => {
    expect(kubeconfigPath('/a', { KUBECONFIG: '/b', HOME: '/h' })).to.equal('/a');
    expect(kubeconfigPath(undefined, { KUBECONFIG: ':/b:/c', HOME: '/h' })).to.equal('/b');
    expect(kubeconfigPath(undefined, { KUBECONFIG: '', HOME: '/h' })).to.equal('/h/.kube/config');
  });

  it('is made with its folder, for its owner’s eyes only', async () => {
    path = join(dir, 'new', 'config');
    await add();
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    expect((await stat(join(dir, 'new'))).mode & 0o777).to.equal(0o700);
    expect(parse(await read())).to.deep.equal({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'reckon', cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'Q0EK' } },
      ],
      contexts: [
        {
          name: 'reckon',
          context: {
            cluster: 'reckon',
            user: 'reckon',
            extensions: [{ name: 'reckon', extension: { previousContext: '' } }],
          },
        },
      ],
      'current-context': 'reckon',
      users: [{ name: 'reckon', user: { 'client-certificate-data': 'Q0VSVAo=', 'client-key-data': 'S0VZCg==' } }],
    });
  });

  it('keeps everything else, comments included, and is as before once ours is removed', async () => {
    await writeFile(path, theirs);
    await add();
    const merged = await read();
    expect(merged).to.contain('# My clusters; the second is production!').and.to.contain('# in the cellar');
    expect(parse(merged)['current-context']).to.equal('reckon');
    expect(parse(merged).clusters).to.have.length(2);
    await remove();
    expect(await read()).to.equal(theirs);
  });

  it('keeps lists indented where they were, and JSON as JSON', async () => {
    const indented = theirs.replace(/^(- | {2,})/gm, '  $1');
    await writeFile(path, indented);
    await add();
    await remove();
    expect(await read()).to.equal(indented);
    await writeFile(path, JSON.stringify(parse(theirs)));
    await add();
    expect(JSON.parse(await read())['current-context']).to.equal('reckon');
  });

  it('replaces its own entries, and remembers what was current before the first time', async () => {
    await writeFile(path, theirs);
    await add();
    await add({ server: 'https://127.0.0.1:7443' });
    const { clusters } = parse(await read());
    expect(clusters.map((one: { cluster: { server: string } }) => one.cluster.server)).to.deep.equal([
      'https://one.example',
      'https://127.0.0.1:7443',
    ]);
    await remove();
    expect(parse(await read())['current-context']).to.equal('one');
  });

  it('leaves the current context alone when the user chose another meanwhile, and names none that is gone', async () => {
    await writeFile(path, theirs);
    await add();
    await writeFile(path, (await read()).replace('current-context: reckon', 'current-context: two'));
    await remove();
    expect(parse(await read())['current-context']).to.equal('two');
    await writeFile(path, theirs.replace('current-context: one', 'current-context: gone'));
    await add();
    await remove();
    expect(parse(await read())['current-context']).to.equal('');
  });

  it('is not touched by removing what is not there', async () => {
    await remove();
    expect(await readdir(dir)).to.deep.equal([]);
    const odd = 'clusters:   []\n# end\n';
    await writeFile(path, odd);
    await remove();
    expect(await read()).to.equal(odd);
  });

  it('is refused and kept when it is no kubeconfig', async () => {
    for (const [text, why] of [
      ['a: [', 'it is not YAML: '],
      ['just words', 'it is not a map of settings'],
      ['clusters: 3', '"clusters" is not a list'],
    ] as const) {
      await writeFile(path, text);
      const error = await refusal(add());
      expect(error).to.be.instanceOf(KubeconfigUnreadable).and.to.have.property('message').that.contains(why);
      expect([await read(), await readdir(dir)]).to.deep.equal([text, ['config']]);
    }
  });

  it('may be empty, or nothing but a comment', async () => {
    await writeFile(path, '# later\n');
    await add();
    expect(await read()).to.match(/^# later\n/);
    expect(parse(await read()).users).to.have.length(1);
  });

  it('stays a link when it is one, and becomes private when it was not', async () => {
    await mkdir(join(dir, 'real'));
    await writeFile(join(dir, 'real', 'there'), theirs);
    await chmod(join(dir, 'real', 'there'), 0o644);
    await symlink(join(dir, 'real', 'there'), path);
    await add();
    expect((await lstat(path)).isSymbolicLink()).to.equal(true);
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    expect(await readdir(join(dir, 'real'))).to.deep.equal(['there']);
  });

  it('stays its owner’s when root changes it', async function () {
    if (process.getuid?.() !== 0) this.skip();
    await writeFile(path, theirs);
    await chown(path, 1234, 2345);
    await add();
    const { uid, gid } = await stat(path);
    expect([uid, gid]).to.deep.equal([1234, 2345]);
  });

  it('waits for kubectl’s lock, and says so when nobody lets go of it', async () => {
    await writeFile(path, theirs);
    const lock = `${path}.lock`;
    await writeFile(lock, '');
    const clock = virtualClock();
    const ended: unknown[] = [];
    const adding = refusal(addToKubeconfig(path, access, clock)).then((error) => {
      ended.push(error);
    });
    for (let look = 0; look < 1000 && ended.length === 0; look++) {
      // Each look is a file that the system was asked for.
      await stat(path);
      await settled();
      clock.advance(100);
    }
    await adding;
    expect(ended[0]).to.be.instanceOf(KubeconfigLocked).and.to.have.property('message').that.contains(lock);
    expect(await read()).to.equal(theirs);
    await rm(lock);
  });

  it('loses nothing when ten change it at once', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, i) => add({ name: `c${i}` })));
    expect(parse(await read()).contexts).to.have.length(10);
    expect(await readdir(dir)).to.deep.equal(['config']);
  });

  for (const release of releases)
    it(`is read by kubectl ${release}, and changed by it without losing what we remember`, async function () {
      if (!clientsRunHere) this.skip();
      await writeFile(path, theirs);
      await add();
      const kubectl = await stockClient('kubectl', release, path, dir);
      expect((await kubectl.run(['config', 'current-context'])).stdout).to.equal('reckon\n');
      await kubectl.run(['config', 'set-context', 'reckon', '--namespace=shop']);
      await remove();
      expect((await kubectl.run(['config', 'get-contexts', '-o', 'name'])).stdout).to.equal('one\n');
      expect((await kubectl.run(['config', 'current-context'])).stdout).to.equal('one\n');
    });

  it('can be a file that holds nothing else', () => {
    expect(parse(kubeconfigOf(access))['current-context']).to.equal('reckon');
  });
});

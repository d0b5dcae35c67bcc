import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { type AskedCluster, findAccess } from '../../cli/access.ts';
import { openAuthority } from '../../api/auth/authority.ts';
import { issueCredentials } from '../../cli/credentials.ts';
import { UserError } from '../../cli/output.ts';
import { placesIn } from '../../cli/places.ts';
import { writeRunning } from '../../cli/running.ts';
import { realChance, realClock } from '../../events/clock.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const config = (name: string, more: { cluster?: object; user?: object; context?: object; current?: string } = {}) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name, cluster: { server: `https://${name}.example:6443`, ...more.cluster } }],
  users: [{ name, user: more.user ?? { token: `token-of-${name}` } }],
  contexts: [{ name, context: { cluster: name, user: name, ...more.context } }],
  'current-context': more.current ?? name,
});

describe('the cluster that a command line means', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'reckon-access-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const file = async (name: string, content: unknown): Promise<string> => {
    const path = join(dir, name);
    await writeFile(path, typeof content === 'string' ? content : stringify(content));
    return path;
  };
  const find = (asked: AskedCluster = {}, env: NodeJS.ProcessEnv = {}) =>
    findAccess(asked, { HOME: dir, ...env }, join(dir, 'data'));
  const refusal = async (asked: AskedCluster = {}, env: NodeJS.ProcessEnv = {}): Promise<string> => {
    const failed = await find(asked, env).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(UserError);
    return (failed as UserError).message;
  };

  it('is the one of --kubeconfig, else of KUBECONFIG, else of the user’s own', async () => {
    await mkdir(join(dir, '.kube'));
    await file('.kube/config', config('own'));
    const [env, named] = [await file('env', config('env')), await file('named', config('named'))];
    expect((await find()).server).to.equal('https://own.example:6443');
    expect((await find({}, { KUBECONFIG: env })).server).to.equal('https://env.example:6443');
    expect((await find({ kubeconfig: named }, { KUBECONFIG: env })).server).to.equal('https://named.example:6443');
  });

  it('is found in several files as in one: what comes first counts', async () => {
    const one = await file('one', config('one'));
    const two = await file('two', { ...config('two'), users: [{ name: 'one', user: { token: 'other' } }] });
    const env = { KUBECONFIG: `${join(dir, 'gone')}:${one}:${two}` };
    expect(await find({}, env)).to.include({ server: 'https://one.example:6443', token: 'token-of-one' });
    expect(await refusal({ context: 'two' }, env)).to.equal(
      'The context "two" names the user "two", which the kubeconfig does not have',
    );
  });

  it('is asked in the namespace of the command line, else of the context, else in "default"', async () => {
    const path = await file('config', config('a', { context: { namespace: 'shop' } }));
    expect((await find({ kubeconfig: path })).namespace).to.equal('shop');
    expect((await find({ kubeconfig: path, namespace: 'mall' })).namespace).to.equal('mall');
    expect((await find({ kubeconfig: await file('b', config('b')) })).namespace).to.equal('default');
  });

  it('is shown what the kubeconfig holds, in place or in files beside it', async () => {
    await file('ca.crt', 'CA');
    await file('key.pem', 'KEY');
    await file('token', 'T\n');
    const path = await file(
      'config',
      config('a', {
        cluster: { 'certificate-authority': 'ca.crt' },
        user: { 'client-certificate-data': base64('CERT'), 'client-key': 'key.pem', tokenFile: 'token' },
      }),
    );
    expect(await find({ kubeconfig: path })).to.deep.equal({
      server: 'https://a.example:6443',
      ca: 'CA',
      certificate: 'CERT',
      key: 'KEY',
      token: 'T',
      namespace: 'default',
    });
  });

  it('is the one that runs from the data folder where no kubeconfig names one', async () => {
    const places = placesIn(join(dir, 'data'));
    const authority = await openAuthority(places.authority, { clock: realClock, chance: realChance });
    await issueCredentials(authority, []);
    const kubeconfig = join(dir, '.kube', 'config');
    await writeRunning(places, { processes: [], port: 7443, nodes: [], simulated: true, kubeconfig });
    const access = await find({ namespace: 'shop' });
    expect(access).to.include({ server: 'https://127.0.0.1:7443', ca: authority.certificate, namespace: 'shop' });
    expect(access.certificate).to.contain('BEGIN CERTIFICATE');
    expect(await refusal({ context: 'other' })).to.match(/^There is no context "other"/);
  });

  it('is named in the refusal when it cannot be found', async () => {
    const path = await file('config', config('a', { current: 'b' }));
    expect(await refusal()).to.match(
      /^No cluster to speak to: .*\.kube\/config has no current context, and none runs from .*data\./,
    );
    expect(await refusal({ kubeconfig: join(dir, 'gone') })).to.match(/^There is no kubeconfig .*gone$/);
    expect(await refusal({ kubeconfig: path })).to.match(/^The current context "b" is not in /);
    expect(await refusal({ kubeconfig: path, context: 'c' })).to.match(/^There is no context "c" in .*: there is a$/);
    expect(await refusal({ kubeconfig: await file('bad', 'a: [') })).to.match(/it is not YAML/);
    expect(await refusal({ kubeconfig: await file('list', '- a') })).to.match(/it is not a map of settings/);
  });

  it('is refused when it wants to be spoken to as Reckon does not', async () => {
    const by = async (more: Parameters<typeof config>[1]) =>
      refusal({ kubeconfig: await file('config', config('a', more)) });
    expect(await by({ user: { exec: { command: 'x' } } })).to.match(/proves itself by "exec"/);
    expect(await by({ cluster: { server: 'http://a.example' } })).to.match(/has no https:\/\/ address/);
    expect(await by({ cluster: { 'certificate-authority': 'gone.crt' } })).to.match(
      /Cannot read .*gone\.crt.*certificate-authority/,
    );
  });
});

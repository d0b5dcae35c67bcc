import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { openCli, type SpecCli } from '../support/cli.ts';

const run = promisify(execFile);

describe('reckon completion', function () {
  this.timeout(20_000);
  let cli: SpecCli;
  before(async () => {
    cli = await openCli();
    for (const name of ['default', 'shop']) {
      await cli.made('namespaces', '', { metadata: { name } });
      await cli.made('serviceaccounts', name, { metadata: { name: 'default' } });
      const pod = { metadata: { name: `${name}-1` }, spec: { containers: [{ name: 'c', image: 'i' }] } };
      await cli.made('pods', name, pod);
    }
  });
  after(() => cli.close());

  for (const [words, expected] of [
    [['de'], ['delete', 'describe']],
    [
      ['get', '--a'],
      ['--all-namespaces', '--at'],
    ],
    [['get', 'config'], ['configmaps']],
    [
      ['why', 'po'],
      ['po', 'pods'],
    ],
    [['get', 'po', ''], ['default-1']],
    [['get', '-n', 'shop', 'po', 's'], ['shop-1']],
    [['history', 'pod/d'], ['pod/default-1']],
    [['get', 'po', '-n', 'sh'], ['shop']],
    [['logs', 'def'], ['default-1']],
    [['exec', 'default-1', ''], []],
    [['get', 'ships', ''], []],
    [['get', 'po', '-o', ''], []],
    [['nonsense', ''], []],
  ] as const)
    it(`knows what "${words.join(' ')}" may become`, async () => {
      const { code, out } = await cli.reckon(['complete', '--', ...words]);
      expect(out.split('\n').slice(0, -1)).to.deep.equal(expected);
      expect(code).to.equal(0);
    });

  it('says nothing where the cluster cannot be asked', async () => {
    const ran = await cli.reckon(['complete', '--', 'get', 'p'], { env: { KUBECONFIG: '/nowhere' } });
    expect([ran.code, ran.out]).to.deep.equal([0, '']);
  });

  it('works in bash', async () => {
    const script = `reckon() { ${process.execPath} cli/reckon.mjs "$@"; }
      source <(reckon completion bash)
      COMP_WORDS=(reckon get pod/d) COMP_CWORD=2; _reckon; echo "\${COMPREPLY[*]}"`;
    const { stdout } = await run('bash', ['-c', script], {
      env: { PATH: process.env['PATH'], KUBECONFIG: cli.kubeconfig },
    });
    expect(stdout).to.equal('pod/default-1\n');
  });

  it('has scripts for zsh and fish, and for no other', async () => {
    for (const name of ['zsh', 'fish'])
      expect((await cli.reckon(['completion', name])).out).to.contain('reckon complete --');
    const { code, err } = await cli.reckon(['completion', 'cmd']);
    expect(err).to.contain('There is no script for "cmd"');
    expect(code).to.equal(2);
  });
});

import { spawn } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { clientsRunHere, folderOf } from './support/kubectl.ts';
import { type RealCluster, realCluster } from './support/real-cluster.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every block of shell commands that a `<!-- run -->` before it says to run. */
const blocksIn = (markdown: string): readonly string[] =>
  Array.from(markdown.matchAll(/^<!-- run -->\n+```sh\n([\s\S]*?)^```$/gm), ([, block = '']) => block);

describe('the README', function () {
  this.timeout(90_000);
  let cluster: RealCluster;
  let path = '';
  before(async function () {
    if (!clientsRunHere) this.skip();
    cluster = await realCluster();
    const bin = join(cluster.home, 'bin');
    await mkdir(bin, { recursive: true });
    await symlink(join(await folderOf('v34'), 'kubectl'), join(bin, 'kubectl'));
    path = `${bin}:${join(root, 'node_modules/.bin')}:${process.env.PATH}`;
  });

  it('shows commands that work, each of them, one after the other', async () => {
    const blocks = blocksIn(await readFile(join(root, 'README.md'), 'utf8'));
    expect(blocks.length).to.be.above(2);
    for (const block of blocks) {
      const child = spawn('bash', ['-euxo', 'pipefail', '-c', block], {
        cwd: root,
        env: { PATH: path, HOME: cluster.home, KUBECONFIG: cluster.kubeconfig },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
      });
      const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
      const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      expect(code, `${block}\n${out}${err}`).to.equal(0);
    }
  });
});

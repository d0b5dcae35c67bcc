import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Volume } from '../../../kinds/schema/api/core-v1.ts';
import { volumeFolder } from '../../../runtime-agent/folders.ts';
import { eventually } from '../../support/eventually.ts';
import { type DockerAgent, idle, openDockerAgent, script } from './docker-bench.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const mounted = (mountPath: string, more: object = {}) => ({ volumeMounts: [{ name: 'data', mountPath, ...more }] });

describe('a volume that an agent fills on Docker', function () {
  this.timeout(60_000);
  let agent: DockerAgent;
  let dir: string;
  const objects = () => agent.node.controlPlane.objects;
  /** What a script says that looks at one volume, mounted at /data. */
  const look = (volume: Omit<Volume, 'name'>, lines: string, mount: object = {}, labels: Record<string, string> = {}) =>
    agent.say(script(lines, mounted('/data', mount)), { volumes: [{ name: 'data', ...volume }] }, { labels });
  /** Why a pod with this volume does not start. */
  const trouble = async (volume: Omit<Volume, 'name'>): Promise<string> => {
    const pod = await agent.run({
      containers: [script(idle, mounted('/data'))],
      volumes: [{ name: 'data', ...volume }],
    });
    return eventually(() => {
      const note = agent.node.controlPlane.told.find(
        (wish) =>
          'involved' in wish &&
          'reason' in wish &&
          wish.reason === 'FailedMount' &&
          wish.ref.name.startsWith(`${pod.metadata.name}.`),
      );
      expect(note).to.not.equal(undefined);
      return (note as unknown as { message: string }).message;
    });
  };

  before(async () => {
    agent = await openDockerAgent();
    dir = await mkdtemp(join(tmpdir(), 'reckon-volumes-'));
    objects().set('ConfigMap/settings', { data: { a: 'one', b: 'two' }, binaryData: { raw: base64('\0x') } });
    objects().set('Secret/keys', { data: { password: base64('s3cret') } });
    objects().set('Token/default', { token: 'a.b.c' });
  });
  after(async () => {
    await agent.close();
    await rm(dir, { recursive: true });
  });

  it('emptyDir is shared, outlives its containers, and goes with the pod', async () => {
    const pod = await agent.running({
      containers: [
        script(idle, { name: 'main', ...mounted('/data') }),
        script(
          `if [ -e /data/seen ]; then ${idle}; fi; until [ -e /data/note ]; do usleep 20000; done; touch /data/seen; exit 1`,
          {
            name: 'other',
            ...mounted('/data'),
          },
        ),
      ],
      volumes: [{ name: 'data', emptyDir: {} }],
    });
    await agent.exec(pod, 'echo kept > /data/note');
    await agent.until(pod, () => expect(agent.statusOf(pod, 'other')).to.include({ restartCount: 1, ready: true }));
    expect(await agent.exec(pod, 'cat /data/note', 'other')).to.equal('kept\n');
    await agent.stop(pod);
    await agent.gone(pod);
    expect(await readdir(join(agent.node.root, 'pods'))).not.to.include(pod.metadata.uid);
  });

  it('emptyDir in memory is a tmpfs of its size, and is unmounted with the pod', async () => {
    const pod = await agent.running({
      containers: [script(idle, mounted('/data'))],
      volumes: [{ name: 'data', emptyDir: { medium: 'Memory', sizeLimit: '8Mi' } }],
    });
    expect(await agent.exec(pod, 'df -k /data | tail -1')).to.match(/^tmpfs\s+8192 /);
    await agent.stop(pod);
    await agent.gone(pod);
    expect(await readFile('/proc/self/mounts', 'utf8')).not.to.contain(pod.metadata.uid);
  });

  it('configMap shows its keys as files that cannot be written', async () => {
    const said = await look(
      { configMap: { name: 'settings' } },
      'ls /data; cat /data/a; touch /data/c 2>&1; stat -L -c %a /data/a',
    );
    expect(said).to.equal('a\nb\nraw\nonetouch: /data/c: Read-only file system\n644\n');
  });

  it('configMap shows chosen keys under chosen paths, with chosen modes', async () => {
    const items = [
      { key: 'a', path: 'deep/er/one', mode: 0o400 },
      { key: 'b', path: 'two' },
    ];
    const said = await look(
      { configMap: { name: 'settings', defaultMode: 0o640, items } },
      'cd /data; cat deep/er/one two; stat -L -c %a deep/er/one two',
    );
    expect(said).to.equal('onetwo400\n640\n');
  });

  it('that names what is not there says so, unless it is optional', async () => {
    expect(await look({ configMap: { name: 'none', optional: true } }, 'ls /data')).to.equal('');
    expect(await trouble({ secret: { secretName: 'none' } })).to.equal(
      'MountVolume.SetUp failed for volume "data" : secret "none" not found',
    );
    expect(await trouble({ configMap: { name: 'settings', items: [{ key: 'c', path: 'c' }] } })).to.equal(
      'MountVolume.SetUp failed for volume "data" : configmap references non-existent key: c',
    );
  });

  it('projected brings ConfigMap, Secret, token and the pod’s own fields together', async () => {
    const said = await look(
      {
        projected: {
          defaultMode: 0o440,
          sources: [
            { configMap: { name: 'settings', items: [{ key: 'a', path: 'a' }] } },
            { secret: { name: 'keys', items: [{ key: 'password', path: 'inner/password' }] } },
            { serviceAccountToken: { path: 'token', expirationSeconds: 600 } },
            {
              downwardAPI: {
                items: [
                  { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
                  { path: 'cpu', resourceFieldRef: { containerName: 'main', resource: 'requests.cpu' } },
                ],
              },
            },
          ],
        },
      },
      'cd /data; cat a inner/password token labels cpu; stat -L -c %a token',
      {},
      { app: 'web' },
    );
    expect(said).to.equal('ones3creta.b.capp="web"0440\n');
  });

  it('follows its object all at once', async () => {
    objects().set('ConfigMap/changing', { data: { a: '1', b: '1', old: '1' } });
    const pod = await agent.running({
      containers: [script(idle, mounted('/data'))],
      volumes: [{ name: 'data', configMap: { name: 'changing' } }],
    });
    const before = await agent.exec(pod, 'readlink /data/..data; readlink /data/a');
    expect(before).to.match(/^\.\.\w+\n\.\.data\/a\n$/);
    objects().set('ConfigMap/changing', { data: { a: '2', b: '2', new: '2' } });
    await agent.node.restart();
    await eventually(async () =>
      expect(await agent.exec(pod, 'cat /data/a /data/b /data/new; ls /data')).to.equal('222a\nb\nnew\n'),
    );
    expect(await agent.exec(pod, 'readlink /data/..data')).not.to.equal(before.split('\n')[0]);
    const folder = volumeFolder(agent.node.root, pod.metadata.uid, 'data');
    expect((await readdir(folder)).filter((name) => name.startsWith('..'))).to.have.length(2);
    expect(agent.statusOf(pod)?.restartCount).to.equal(0);
  });

  it('shows a part of itself', async () => {
    expect(
      await look({ configMap: { name: 'settings' } }, 'cat /data/file', { mountPath: '/data/file', subPath: 'b' }),
    ).to.equal('two');
    const said = await agent.say(
      script('touch /part/x; ls /data/deep/main', {
        env: [{ name: 'ME', value: 'main' }],
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: 'data', mountPath: '/part', subPathExpr: 'deep/$(ME)' },
        ],
      }),
      { volumes: [{ name: 'data', emptyDir: {} }] },
    );
    expect(said).to.equal('x\n');
  });

  it('does not let a link lead out of itself', async () => {
    const inside = join(dir, 'inside');
    await look({ hostPath: { path: inside, type: 'DirectoryOrCreate' } }, 'true');
    await symlink(dir, join(inside, 'out'));
    const pod = await agent.run({
      containers: [script(idle, mounted('/data', { subPath: 'out/made' }))],
      volumes: [{ name: 'data', hostPath: { path: inside } }],
    });
    await agent.until(pod, () =>
      expect(agent.statusOf(pod)?.state?.waiting).to.deep.equal({
        reason: 'CreateContainerConfigError',
        message: 'subPath "out/made" leads out of volume "data"',
      }),
    );
    expect(await readdir(dir)).not.to.include('made');
  });

  it('hostPath is what its type says, or is made', async () => {
    await writeFile(join(dir, 'file'), 'of the node');
    type PathType = NonNullable<NonNullable<Volume['hostPath']>['type']>;
    const at = (name: string, type: PathType) => ({ hostPath: { path: join(dir, name), type } });
    expect(await look(at('file', 'File'), 'cat /data')).to.equal('of the node');
    expect(await look(at('made', 'DirectoryOrCreate'), 'echo written > /data/x; cat /data/x')).to.equal('written\n');
    expect(await readFile(join(dir, 'made', 'x'), 'utf8')).to.equal('written\n');
    expect(await look(at('new-file', 'FileOrCreate'), 'cat /data')).to.equal('');
    const failed = (name: string, what: string) =>
      `MountVolume.SetUp failed for volume "data" : hostPath type check failed: ${join(dir, name)} is not a ${what}`;
    expect(await trouble(at('file', 'Directory'))).to.equal(failed('file', 'directory'));
    expect(await trouble(at('none', 'Directory'))).to.equal(failed('none', 'directory'));
    expect(await trouble(at('file', 'Socket'))).to.equal(failed('file', 'socket file'));
    expect(await trouble(at('file', 'CharDevice'))).to.equal(failed('file', 'character device'));
  });

  it('of a sort that the node does not know says so', async () => {
    expect(await trouble({ nfs: { server: 'a', path: '/' } })).to.equal(
      'MountVolume.SetUp failed for volume "data" : this node does not know nfs volumes',
    );
  });
});

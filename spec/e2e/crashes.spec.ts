import { cp } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { realClock } from '../../events/clock.ts';
import { openEmbeddedLog } from '../../events/embedded/log.ts';
import { kinds } from '../../kinds/index.ts';
import type { ApiObject } from '../../kinds/object.ts';
import { projectWorld } from '../../projections/world.ts';
import { bodyFrom, saidBy } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { type RealCluster, realCluster } from '../support/real-cluster.ts';

const example = fileURLToPath(new URL('../../examples/web.yaml', import.meta.url));

/** Creates ConfigMaps one after the other, and remembers each that the server said was created. */
const writeConstantly = (cluster: RealCluster, run: string) => {
  const acknowledged: string[] = [];
  const state = { over: false };
  const write = async () => {
    for (let n = 0; !state.over; n++) {
      const name = `${run}-${n}`;
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { name } });
      const asked = cluster.ask({ method: 'POST', path: '/api/v1/namespaces/crash/configmaps', body });
      // No server, no answer: nothing was acknowledged.
      const answer = await asked.catch(() => wait(50));
      if (answer && answer.code === 201) acknowledged.push(name);
    }
  };
  const writing = write();
  return {
    acknowledged,
    stop: async () => {
      state.over = true;
      await writing;
    },
  };
};

const nameOf = (resource: string, { metadata }: ApiObject) =>
  `${resource} ${metadata.namespace ?? ''}/${metadata.name}`;

/** All of an object but its type, which lists leave out. */
const contentOf = ({ apiVersion: _apiVersion, kind: _kind, ...content }: ApiObject) => content;

describe('crashes', function () {
  this.timeout(90_000);
  let cluster: RealCluster;
  let say: ReturnType<typeof saidBy>;
  let writes: ReturnType<typeof writeConstantly> | undefined;
  before(async () => {
    cluster = await realCluster();
    const plainly = saidBy(await cluster.kubectl());
    await plainly('create', 'namespace', 'crash');
    say = (...args) => plainly('--namespace=crash', ...args);
    await say('apply', '-f', example);
    await say('rollout', 'status', 'deployment/web', '--timeout=25s');
    // Pods that no rollout touches.
    await say('create', 'deployment', 'steady', '--image=reckon/demo:1', '--replicas=2');
    await say('rollout', 'status', 'deployment/steady', '--timeout=25s');
  });
  afterEach(() => writes?.stop());
  after(() => say?.('delete', 'namespace', 'crash', '--wait=false'));

  /** When each container that runs was started, by its Docker id. */
  const startTimes = async (of = ''): Promise<ReadonlyMap<string, string>> => {
    const all = await cluster.containersIn('crash');
    const running = all.filter(
      ({ State, Labels }) => State === 'running' && Labels['reckon.dev/pod-name']?.startsWith(of),
    );
    const seen = await Promise.all(running.map(({ Id }) => cluster.docker.client.getContainer(Id).inspect()));
    return new Map(seen.map(({ Id, State }) => [Id, `${State.StartedAt} ${State.Pid}`]));
  };
  const kill = async (...what: readonly ('server' | 'agent')[]) => {
    for (const pid of await Promise.all(what.map(cluster.pidOf))) process.kill(pid, 'SIGKILL');
  };
  const names = async () =>
    new Set((await say('get', 'configmaps', '-o', 'jsonpath={.items[*].metadata.name}')).split(' '));

  let version = 1;
  for (const [nth, victims] of ([['server'], ['agent'], ['server', 'agent']] as const).entries())
    it(`kill -9 of the ${victims.join(' and the ')} in the middle of a rollout loses nothing`, async () => {
      const steady = await startTimes('steady');
      expect(steady.size).to.equal(4);
      writes = writeConstantly(cluster, `run${nth}`);
      version = 3 - version;
      const already = await cluster.containersIn('crash');
      await say('set', 'image', 'deployment/web', `web=reckon/demo:${version}`);
      await eventually(async () => {
        const now = await cluster.containersIn('crash');
        expect(now.some(({ Id, State }) => State === 'running' && !already.some((one) => one.Id === Id))).to.equal(
          true,
        );
      });
      const midway = await startTimes('web');
      await kill(...victims);
      await cluster.up();
      expect(
        [...(await startTimes())].filter(([id]) => midway.has(id)).every(([id, at]) => midway.get(id) === at),
      ).to.equal(true);
      await say('rollout', 'status', 'deployment/web', '--timeout=60s');
      await writes.stop();

      expect(await startTimes('steady')).to.deep.equal(steady);
      expect(await say('get', 'pods', '-l', 'app=steady', '--no-headers')).not.to.match(/ [1-9]\d* +\(/);
      const url = `http://${await say('get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}')}/`;
      await eventually(async () => {
        expect(
          (await cluster.containersIn('crash')).filter(({ Image }) => Image === `reckon/demo:${3 - version}`).length,
        ).to.equal(version === 2 ? 2 : 0);
      });
      for (let n = 0; n < 6; n++) expect(await bodyFrom(url)).to.match(new RegExp(` ${version} /\n$`));
      const { acknowledged } = writes;
      expect(acknowledged.length).to.be.above(20);
      const there = await names();
      expect(acknowledged.filter((name) => !there.has(name))).to.deep.equal([]);
    });

  it('shows a World that equals a fresh fold of the log', async () => {
    const shown = new Map<string, unknown>();
    const resources = [...kinds.values()].filter(({ verbs }) => verbs.includes('list'));
    const read = async () => {
      for (const { apiVersion, plural, resource } of resources) {
        const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
        const { code, json } = await cluster.ask({ path: `${root}/${plural}` });
        expect(code, plural).to.equal(200);
        for (const object of (json as { items: ApiObject[] }).items)
          shown.set(nameOf(resource, object), contentOf(object));
      }
    };
    await read();
    await cluster.down();
    const copy = join(cluster.home, 'copy-of-the-log');
    await cp(cluster.places.log, copy, { recursive: true });
    const before = await startTimes();
    await cluster.up();
    expect(await startTimes(), 'the pods went on running').to.deep.equal(before);

    const log = await openEmbeddedLog({ directory: copy, clock: realClock, report: () => undefined });
    const { world, take } = projectWorld(kinds);
    for await (const recorded of log.read(0)) take(recorded);
    await log.close();
    const folded = new Map<string, unknown>();
    for (const { resource } of resources)
      for (const object of world.list(resource)) folded.set(nameOf(resource, object), contentOf(object));
    expect(shown.size).to.be.above(50);
    expect(Object.fromEntries(folded)).to.deep.equal(Object.fromEntries(shown));
  });
});

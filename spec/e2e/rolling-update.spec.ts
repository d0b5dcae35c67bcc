import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { ApiObject } from '../../kinds/object.ts';
import type { PodStatus } from '../../kinds/schema/api/core-v1.ts';
import { saidBy } from '../support/answers.ts';
import { type Calls, callConstantly } from '../support/callers.ts';
import { type RealCluster, realCluster } from '../support/real-cluster.ts';
import { type Told, watchList } from '../support/watched.ts';

const example = fileURLToPath(new URL('../../examples/web.yaml', import.meta.url));
type PodSeen = ApiObject & { readonly status: PodStatus };

const isActive = ({ metadata }: PodSeen) => metadata.deletionTimestamp === undefined;
const isReady = ({ status }: PodSeen) =>
  status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');

/** How many pods there were, and how many of them took traffic, at each position. */
const countsIn = (told: readonly Told<PodSeen>[]) => {
  const pods = new Map<string, PodSeen>();
  return told.map(({ type, object }) => {
    if (type === 'DELETED') pods.delete(object.metadata.name);
    else pods.set(object.metadata.name, object);
    const active = [...pods.values()].filter(isActive);
    return {
      position: object.metadata.resourceVersion,
      total: active.length,
      available: active.filter(isReady).length,
    };
  });
};

describe('rolling update', function () {
  this.timeout(90_000);
  let cluster: RealCluster;
  let say: ReturnType<typeof saidBy>;
  let url = '';
  let template = '';
  let calls: Calls | undefined;
  before(async () => {
    cluster = await realCluster();
    const plainly = saidBy(await cluster.kubectl());
    await plainly('create', 'namespace', 'roll');
    say = (...args) => plainly('--namespace=roll', ...args);
    await say('apply', '-f', example);
    await say('rollout', 'status', 'deployment/web', '--timeout=25s');
    url = `http://${await say('get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}')}/`;
    template = await say('get', 'deployment', 'web', '-o', 'jsonpath={.spec.template}');
  });
  afterEach(() => calls?.stop());
  after(() => say?.('delete', 'namespace', 'roll', '--wait=false'));

  /** Does something to the Deployment under constant requests, waits until it is rolled out, and looks at every step of it. */
  const rollOut = async (...words: readonly string[]) => {
    const watched = await watchList<PodSeen>(cluster, '/api/v1/namespaces/roll/pods?labelSelector=app%3Dweb');
    calls = callConstantly(url, 6);
    const there = watched.told.length;
    await say(...words);
    await say('rollout', 'status', 'deployment/web', '--timeout=60s');
    await calls.stop();
    await watched.stop();
    const steps = countsIn(watched.told).slice(there);
    expect(steps.length).to.be.above(10);
    expect(steps.filter(({ available, total }) => available < 3 || total > 4)).to.deep.equal([]);
    expect(calls.failures).to.deep.equal([]);
    return calls.answers;
  };

  it('replaces every pod without one failed request, never with fewer pods than promised nor with more', async () => {
    const answers = await rollOut('set', 'image', 'deployment/web', 'web=reckon/demo:2');
    expect([...answers.keys()].sort()).to.deep.equal(['1', '2']);
    expect(answers.get('1')).to.be.above(50);
    expect(answers.get('2')).to.be.above(50);
  });

  it('is undone just so, and the template is what it was', async () => {
    await rollOut('rollout', 'undo', 'deployment/web');
    expect(await say('get', 'deployment', 'web', '-o', 'jsonpath={.spec.template}')).to.equal(template);
    const history = await say('rollout', 'history', 'deployment/web');
    expect(
      history
        .split('\n')
        .slice(-2)
        .map((line) => line.split(/\s+/)[0]),
    ).to.deep.equal(['2', '3']);
  });
});

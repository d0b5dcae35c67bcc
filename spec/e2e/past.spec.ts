import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { ApiObject } from '../../kinds/object.ts';
import { saidBy } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { type RealCluster, realCluster } from '../support/real-cluster.ts';

const example = fileURLToPath(new URL('../../examples/web.yaml', import.meta.url));

describe('the past', function () {
  this.timeout(60_000);
  let cluster: RealCluster;
  let say: ReturnType<typeof saidBy>;
  before(async () => {
    cluster = await realCluster();
    const plainly = saidBy(await cluster.kubectl());
    await plainly('create', 'namespace', 'past');
    say = (...args) => plainly('--namespace=past', ...args);
    await say('apply', '-f', example);
    await say('rollout', 'status', 'deployment/web', '--timeout=25s');
  });
  after(() => say?.('delete', 'namespace', 'past', '--wait=false'));

  const reckon = async (...words: readonly string[]) => {
    const { code, stdout, stderr } = await cluster.reckon(words);
    expect(code, `reckon ${words.join(' ')}: ${stderr}`).to.equal(0);
    return stdout;
  };
  /** A table without the column that tells ages, which go on. */
  const withoutAge = (table: string) => {
    const [header = '', ...lines] = table
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s{2,}/));
    const age = header.indexOf('AGE');
    return [header, ...lines].map((cells) => (cells as string[]).filter((_, i) => i !== age).join(' '));
  };

  it('shows what kubectl showed then, by asOf and by reckon get --at', async () => {
    const list = '/api/v1/namespaces/past/pods';
    const table = await say('get', 'pods');
    const then = (await cluster.ask({ path: list })).json as {
      items: ApiObject[];
      metadata: { resourceVersion: string };
    };
    const at = new Date().toISOString();
    await say('scale', 'deployment/web', '--replicas=1');
    await eventually(async () => expect((await say('get', 'pods', '-o', 'name')).split('\n')).to.have.length(1));

    const seen = (await cluster.ask({ path: `${list}?asOf=${encodeURIComponent(at)}` })).json as typeof then;
    expect(seen.items).to.deep.equal(then.items);
    const byPosition = (await cluster.ask({ path: `${list}?asOf=${then.metadata.resourceVersion}` }))
      .json as typeof then;
    expect(byPosition.items).to.deep.equal(then.items);
    expect(withoutAge(await reckon('get', 'pods', '-n', 'past', '--at', at))).to.deep.equal(withoutAge(table));
    expect(withoutAge(await reckon('get', 'pods', '-n', 'past'))).to.have.length(2);
  });

  it('tells why a deleted pod went: the scale-down, and who asked for it', async () => {
    const history = JSON.parse(await reckon('history', 'deploy/web', '-n', 'past', '-o', 'json')) as {
      events: unknown[];
    };
    expect(history.events.length).to.be.above(3);
    const { items } = (await cluster.ask({ path: '/api/v1/namespaces/past/pods' })).json as { items: ApiObject[] };
    const story = await say('get', 'events', '-o', 'jsonpath={.items[*].involvedObject.name}');
    const gone = story
      .split(' ')
      .find((name) => /^web-\w+-\w+$/.test(name) && !items.some(({ metadata }) => metadata.name === name));
    expect(gone).to.be.a('string');
    expect(await reckon('why', `pod/${gone}`, '-n', 'past')).to.match(
      new RegExp(
        `^Pod ${gone} was deleted by the replica-set controller because Deployment web was scaled 3 → 1 by kubernetes-admin using kubectl`,
      ),
    );
  });
});

import { expect } from 'chai';
import { memorySnapshots } from '../../events/memory.ts';
import { kinds } from '../../kinds/index.ts';
import { isRejection } from '../../kinds/rejection.ts';
import { causesOf } from '../../projections/causes.ts';
import { keepHistory } from '../../projections/history.ts';
import { openPast } from '../../projections/past.ts';
import { openDoor } from '../support/door.ts';

const setUp = async (changesMax: number) => {
  const door = openDoor();
  await door.made('namespaces', '', { metadata: { name: 'shop' } });
  const past = openPast({ log: door.log, snapshots: memorySnapshots(), kinds });
  const history = keepHistory({ projection: door.projection, past, kinds, changesMax });
  return { door, history, start: door.world.position };
};
const positionsOf = (changes: readonly { readonly position: number }[] | undefined) =>
  changes?.map(({ position }) => position);

describe('the history of changes', () => {
  it('holds what happened since it began, by resource', async () => {
    const { door, history, start } = await setUp(100);
    const a = await door.made('configmaps', 'shop', { metadata: { name: 'a' } });
    await door.made('secrets', 'shop', { metadata: { name: 's' } });
    const b = await door.made('configmaps', 'shop', { metadata: { name: 'b' } });
    const [first, second] = [a, b].map(({ metadata }) => Number(metadata.resourceVersion));
    expect(positionsOf(history.since('configmaps', start))).to.deep.equal([first, second]);
    expect(positionsOf(history.since('configmaps', first ?? 0))).to.deep.equal([second]);
    expect(history.since('configmaps', second ?? 0)).to.deep.equal([]);
    expect(history.since('pods', start)).to.deep.equal([]);
    expect(history.since('configmaps', start - 1), 'before it began').to.equal(undefined);
  });

  it('lets go of the oldest, and says that it does not reach so far', async () => {
    const { door, history, start } = await setUp(10);
    const all: number[] = [];
    for (let i = 0; i < 100; i++) {
      const made = await door.made('configmaps', 'shop', { metadata: { name: `n${i}` } });
      all.push(Number(made.metadata.resourceVersion));
    }
    expect(history.since('configmaps', start)).to.equal(undefined);
    for (const [i, position] of all.entries()) {
      const found = positionsOf(history.since('configmaps', position));
      // Never less than it was told to hold, and never a part of what was asked for.
      if (found === undefined) expect(all.length - i).to.be.above(10);
      else expect(found).to.deep.equal(all.slice(i + 1));
    }
    const replayed = history.replay('configmaps', start, all[49] ?? 0);
    if (isRejection(replayed)) throw new Error(replayed.message);
    const lived: number[] = [];
    for await (const { position } of replayed) lived.push(position);
    expect(lived).to.deep.equal(all.slice(0, 50));
  });

  it('refuses to replay a kind of which only the newest is kept', async () => {
    const { history } = await setUp(10);
    const replayed = history.replay('leases.coordination.k8s.io', 0, 1);
    expect(isRejection(replayed) && replayed.rejected).to.equal('Expired');
  });
});

describe('causes', () => {
  const ref = (name: string) => ({ resource: 'configmaps', namespace: 'shop', name });
  const asking = (name: string, causes: readonly number[]) => ({
    type: 'Create',
    object: { metadata: { name } },
    causes,
    via: 'controller/spec',
  });

  it('are followed back to whoever asked, also of what is gone', async () => {
    const { door } = await setUp(10);
    const made: number[] = [];
    for (const name of ['a', 'b', 'c']) {
      await door.ask(ref(name), asking(name, made.slice(-1)));
      made.push(door.world.position);
    }
    await door.remove(ref('c'));
    await door.made('configmaps', 'shop', { metadata: { name: 'unrelated' } });
    const { events, because, cut } = await causesOf(door.log, ref('c'));
    expect(events.map(({ event }) => event.type)).to.deep.equal(['Created', 'Deleted']);
    expect([...because.keys()].sort((x, y) => x - y)).to.deep.equal(made.slice(0, 2));
    expect(because.get(made[0] ?? 0)?.ref.name).to.equal('a');
    expect(cut).to.equal(false);
  });

  it('are bounded in depth and number, and say when something is cut off', async () => {
    const { door } = await setUp(10);
    let last: readonly number[] = [];
    for (let i = 0; i < 20; i++) {
      await door.ask(ref(`n${i}`), asking(`n${i}`, last));
      last = [door.world.position];
    }
    const shallow = await causesOf(door.log, ref('n19'), { depthMax: 3 });
    expect([shallow.because.size, shallow.cut]).to.deep.equal([3, true]);
    const few = await causesOf(door.log, ref('n19'), { causesMax: 5, depthMax: 100 });
    expect([few.because.size, few.cut]).to.deep.equal([5, true]);
    const whole = await causesOf(door.log, ref('n19'), { depthMax: 100 });
    expect([whole.because.size, whole.cut]).to.deep.equal([19, false]);
  });

  it('of what never was are none', async () => {
    const { door } = await setUp(10);
    const { events, because } = await causesOf(door.log, ref('never'));
    expect([events.length, because.size]).to.deep.equal([0, 0]);
  });
});

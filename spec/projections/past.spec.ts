import { expect } from 'chai';
import { memorySnapshots } from '../../events/memory.ts';
import type { Snapshot, Snapshots } from '../../events/snapshots.ts';
import { kinds } from '../../kinds/index.ts';
import type { ApiObject } from '../../kinds/object.ts';
import { keepSnapshots } from '../../projections/keeper.ts';
import { openPast } from '../../projections/past.ts';
import { wakeWorld } from '../../projections/wake.ts';
import { projectWorld } from '../../projections/world.ts';
import { type Door, openDoor } from '../support/door.ts';

const refOf = (name: string, namespace = 'shop') => ({ resource: 'configmaps', namespace, name });

/** What the World looked like after each position, and a log that tells how it came so. */
const livedThrough = async (everyEvents: number) => {
  const door = openDoor();
  const snapshots = memorySnapshots();
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const keeper = keepSnapshots({ projection: door.projection, snapshots, everyEvents, onError });
  const seen = new Map<number, readonly ApiObject[]>([[0, []]]);
  door.projection.changes.subscribe(({ position }) => seen.set(position, door.world.list('configmaps')));
  for (const name of ['shop', 'bank']) await door.made('namespaces', '', { metadata: { name } });
  for (let i = 0; i < 40; i++) {
    const [name, namespace] = [`n${i % 6}`, i % 4 ? 'shop' : 'bank'];
    if (door.world.get(refOf(name, namespace))) await door.merge(refOf(name, namespace), { data: { k: `${i}` } });
    else await door.made('configmaps', namespace, { metadata: { name } });
    if (i % 5 === 0) await door.remove(refOf(name, namespace));
  }
  return { door, snapshots, keeper, seen, errors };
};

describe('the past', () => {
  for (const everyEvents of [1, 7, 1_000])
    it(`is at every position what the World then was, with snapshots every ${everyEvents} events`, async () => {
      const { door, snapshots, keeper, seen, errors } = await livedThrough(everyEvents);
      const past = openPast({ log: door.log, snapshots, kinds });
      for (const [position, objects] of seen) {
        expect(await past.listAt('configmaps', undefined, position), `at ${position}`).to.deep.equal(objects);
        const shop = objects.filter(({ metadata }) => metadata.namespace === 'shop');
        expect(await past.listAt('configmaps', 'shop', position)).to.deep.equal(shop);
        for (const name of ['n1', 'n5'])
          expect(await past.objectAt(refOf(name), position)).to.deep.equal(
            shop.find(({ metadata }) => metadata.name === name),
          );
      }
      await keeper.stop();
      expect(errors).to.deep.equal([]);
    });

  it('lives the changes of a resource again, each with what was before and after', async () => {
    const { door, snapshots, keeper } = await livedThrough(7);
    const past = openPast({ log: door.log, snapshots, kinds });
    const states = new Map<string, ApiObject>();
    const positions: number[] = [];
    const end = door.world.position - 5;
    for (const object of await past.listAt('configmaps', undefined, 20))
      states.set(`${object.metadata.namespace}/${object.metadata.name}`, object);
    for await (const { ref, position, before, after } of past.changesOf('configmaps', 20, end)) {
      const id = `${ref.namespace}/${ref.name}`;
      expect(before).to.deep.equal(states.get(id));
      if (after) states.set(id, after);
      else states.delete(id);
      positions.push(position);
    }
    const told = (await door.story()).filter(
      ({ ref, position }) => ref.resource === 'configmaps' && position > 20 && position <= end,
    );
    expect(positions).to.deep.equal(told.map(({ position }) => position));
    await keeper.stop();
  });
});

describe('the keeper of snapshots', () => {
  const everythingIn = async (snapshots: Snapshots) => {
    const all: Snapshot[] = [];
    for await (const snapshot of snapshots.newest()) all.push(snapshot);
    return all.map(({ object }) => object);
  };
  const wake = async (door: Door, snapshots: Snapshots) => {
    const projection = projectWorld(kinds);
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    let events = 0;
    projection.changes.subscribe(() => events++);
    const subscription = await wakeWorld({ projection, log: door.log, snapshots, onError });
    return { projection, subscription, events: () => events, errors };
  };

  it('lets a World wake from snapshots and the few events after them, to the same state', async () => {
    const { door, snapshots, keeper } = await livedThrough(7);
    const woken = await wake(door, snapshots);
    expect(woken.projection.world.position).to.equal(door.world.position);
    for (const resource of ['configmaps', 'namespaces'])
      expect(woken.projection.world.list(resource)).to.deep.equal(door.world.list(resource));
    expect(woken.events()).to.be.below(14);
    await door.made('configmaps', 'shop', { metadata: { name: 'later' } });
    expect(woken.projection.world.get(refOf('later'))).to.deep.equal(door.world.get(refOf('later')));
    woken.subscription.unsubscribe();
    await keeper.stop();
  });

  it('keeps what is left when it stops: the next start reads no event', async () => {
    const { door, snapshots, keeper } = await livedThrough(1_000);
    await keeper.stop();
    expect(await snapshots.head()).to.equal(door.world.position);
    expect(await everythingIn(snapshots)).to.have.length(door.world.list('configmaps').length + 2);
    const woken = await wake(door, snapshots);
    expect(woken.events()).to.equal(0);
    expect(woken.projection.world.list('configmaps')).to.deep.equal(door.world.list('configmaps'));
  });

  it('keeps with the next what it could not write, and says so', async () => {
    const door = openDoor();
    const snapshots = memorySnapshots();
    const errors: unknown[] = [];
    let broken = true;
    const flaky: Snapshots = {
      ...snapshots,
      keep: (position, changed) =>
        broken ? Promise.reject(new Error('the disk is full')) : snapshots.keep(position, changed),
    };
    const onError = (error: unknown) => errors.push(error);
    const keeper = keepSnapshots({ projection: door.projection, snapshots: flaky, everyEvents: 2, onError });
    await door.made('namespaces', '', { metadata: { name: 'shop' } });
    await door.made('configmaps', 'shop', { metadata: { name: 'a' } });
    await door.made('configmaps', 'shop', { metadata: { name: 'b' } });
    expect(errors).to.have.length(1);
    broken = false;
    await keeper.stop();
    expect((await everythingIn(snapshots)).length).to.equal(3);
    expect(await openPast({ log: door.log, snapshots, kinds }).listAt('configmaps', 'shop', 3)).to.deep.equal(
      door.world.list('configmaps'),
    );
  });

  it('refuses snapshots of another log', async () => {
    const { snapshots, keeper } = await livedThrough(1);
    await keeper.stop();
    const error: unknown = await wake(openDoor(), snapshots).catch((thrown: unknown) => thrown);
    expect(String(error)).to.match(/^LogUnavailable: The snapshots stand at \d+, but the log ends at 0/);
  });
});

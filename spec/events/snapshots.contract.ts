import { expect } from 'chai';
import type { Ref } from '../../events/event.ts';
import type { Snapshot, Snapshots } from '../../events/snapshots.ts';
import { named, refused, web } from './appends.ts';

/** What the contract needs of an adapter. */
export interface SnapshotsUnderContract {
  /** Fresh and empty. The contract closes them. */
  open(): Promise<Snapshots>;
  /** Opens again what those closed last held; absent where nothing outlives a close. */
  reopen?: () => Promise<Snapshots>;
}

const all = async (snapshots: AsyncIterable<Snapshot>): Promise<Snapshot[]> => {
  const found: Snapshot[] = [];
  for await (const snapshot of snapshots) found.push(snapshot);
  return found.sort((a, b) => a.position - b.position);
};

const of = (ref: Ref, position: number, object: unknown = { position }, revision = 0): Snapshot => ({
  ref,
  position,
  revision,
  object,
});

const gone = (ref: Ref, position: number): Snapshot => ({ ref, position, revision: 0, object: undefined });

/** What every adapter of {@link Snapshots} does. */
export const snapshotsContract = (adapter: SnapshotsUnderContract) => {
  let snapshots: Snapshots;
  beforeEach(async () => {
    snapshots = await adapter.open();
  });
  afterEach(() => snapshots.close());

  it('holds nothing at first', async () => {
    expect(await snapshots.head()).to.equal(0);
    expect(await all(snapshots.newest())).to.deep.equal([]);
    expect(await snapshots.at(web, 10)).to.equal(undefined);
    expect(await all(snapshots.allAt('pods', undefined, 10))).to.deep.equal([]);
  });

  it('answers with the objects it was given', async () => {
    const object = { metadata: { name: 'größe 🚢', labels: {} }, list: [1.5, null, true], text: 'x'.repeat(1 << 20) };
    await snapshots.keep(7, [of(web, 5, object, 3)]);
    expect(await snapshots.head()).to.equal(7);
    expect(await all(snapshots.newest())).to.deep.equal([of(web, 5, object, 3)]);
    expect(await snapshots.at(web, 5)).to.deep.equal(of(web, 5, object, 3));
  });

  it('moves its head also when nothing changed', async () => {
    await snapshots.keep(7, []);
    expect(await snapshots.head()).to.equal(7);
  });

  it('refuses to go back, or to take what does not belong to the step', async () => {
    await snapshots.keep(7, [of(web, 5)]);
    for (const [position, changed] of [
      [6, []],
      [9, [of(web, 7)]],
      [9, [of(web, 10)]],
    ] as const)
      expect(await refused(snapshots.keep(position, changed))).to.be.instanceOf(RangeError);
    expect(await snapshots.head()).to.equal(7);
    expect(await all(snapshots.newest())).to.deep.equal([of(web, 5)]);
  });

  it('knows the newest state of what exists', async () => {
    await snapshots.keep(4, [of(web, 1), of(named('db'), 2), of(named('gone'), 3)]);
    await snapshots.keep(9, [of(web, 5), of(web, 8), gone(named('gone'), 9)]);
    expect(await all(snapshots.newest())).to.deep.equal([of(named('db'), 2), of(web, 8)]);
    await snapshots.keep(11, [of(named('gone'), 11)]);
    expect(await all(snapshots.newest())).to.deep.equal([of(named('db'), 2), of(web, 8), of(named('gone'), 11)]);
  });

  it('knows each object as of any position', async () => {
    await snapshots.keep(10, [of(web, 3), of(named('db'), 4), of(web, 6)]);
    await snapshots.keep(30, [gone(web, 20), of(web, 25)]);
    const at = async (position: number) => (await snapshots.at(web, position))?.position;
    expect(await at(2)).to.equal(undefined);
    expect([await at(3), await at(5), await at(6), await at(19)]).to.deep.equal([3, 3, 6, 6]);
    expect(await snapshots.at(web, 24)).to.deep.equal(gone(web, 20));
    expect([await at(25), await at(30), await at(1000)]).to.deep.equal([25, 25, 25]);
    expect(await snapshots.at(named('nobody'), 30)).to.equal(undefined);
  });

  it('knows a resource, or a namespace of it, as of any position', async () => {
    const elsewhere: Ref = { ...web, namespace: 'kube-system' };
    const node: Ref = { resource: 'nodes', namespace: '', name: 'web' };
    const podlike: Ref = { ...web, resource: 'pods.metrics.k8s.io' };
    await snapshots.keep(10, [of(web, 1), of(elsewhere, 2), of(node, 3), of(podlike, 4), of(named('web-2'), 5)]);
    await snapshots.keep(20, [gone(web, 11), of(named('late'), 12), of(elsewhere, 13), of(web, 15)]);
    const at = async (resource: string, namespace: string | undefined, position: number) =>
      (await all(snapshots.allAt(resource, namespace, position))).map((one) => one.position);
    expect(await at('pods', undefined, 10)).to.deep.equal([1, 2, 5]);
    expect(await at('pods', undefined, 12)).to.deep.equal([2, 5, 11, 12]);
    expect(await at('pods', undefined, 20)).to.deep.equal([5, 12, 13, 15]);
    expect(await at('pods', 'default', 11)).to.deep.equal([5, 11]);
    expect(await at('pods', 'defaul', 20)).to.deep.equal([]);
    expect(await at('nodes', undefined, 20)).to.deep.equal([3]);
    expect(await at('nodes', '', 20)).to.deep.equal([3]);
    expect(await at('pods', undefined, 0)).to.deep.equal([]);
  });

  it('keeps a step of a thousand objects whole', async () => {
    const changed = Array.from({ length: 1000 }, (_, i) => of(named(`pod-${i}`), i + 1));
    await snapshots.keep(1000, changed);
    expect(await all(snapshots.newest())).to.deep.equal(changed);
    expect(await all(snapshots.allAt('pods', 'default', 500))).to.deep.equal(changed.slice(0, 500));
  });

  const { reopen } = adapter;
  if (!reopen) return;

  it('knows all of it when it is opened again', async () => {
    await snapshots.keep(4, [of(web, 1), of(named('db'), 2)]);
    await snapshots.keep(9, [of(web, 5), gone(named('db'), 6)]);
    await snapshots.close();
    snapshots = await reopen();
    expect(await snapshots.head()).to.equal(9);
    expect(await all(snapshots.newest())).to.deep.equal([of(web, 5)]);
    expect(await all(snapshots.allAt('pods', undefined, 4))).to.deep.equal([of(web, 1), of(named('db'), 2)]);
    await snapshots.keep(12, [of(web, 11)]);
    expect(await snapshots.at(web, 12)).to.deep.equal(of(web, 11));
  });
};

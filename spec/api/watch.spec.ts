import { expect } from 'chai';
import { items, type Json, openApi, type SpecApi, textIn, type Watching } from '../support/api.ts';

const maps = '/api/v1/namespaces/shop/configmaps';
/** `ADDED a`: what happened to whom. */
const told = ({ type, object }: Json) => `${textIn(type)} ${textIn(object?.['metadata']?.['name'])}`;
const versionOf = ({ object }: Json) => Number(object?.['metadata']?.['resourceVersion']);

describe('a watch', () => {
  let api: SpecApi;
  const make = (name: string, labels = {}, namespace = 'shop') =>
    api.made('configmaps', namespace, { metadata: { name, labels }, data: { k: 'v' } });
  const stories = async (watch: Watching, count: number) => (await watch.take(count)).map(told);
  const ended = async (watch: Watching) => {
    const event = await watch.next();
    return event === undefined ? 'ended' : told(event);
  };
  /** A change that watchers of anything in the namespace see, to mark an end. */
  const last = () => make('z-last', { tier: 'x' });

  describe('with all of memory', () => {
    beforeEach(async () => {
      api = await openApi();
      for (const name of ['shop', 'bank']) await api.made('namespaces', '', { metadata: { name } });
    });
    afterEach(async () => {
      await api.close();
      expect(api.troubles).to.deep.equal([]);
    });

    it('tells what is there, and then each change once and in order', async () => {
      await make('a');
      const watch = await api.watch(`${maps}?watch=true`);
      expect(watch.code).to.equal(200);
      expect(await stories(watch, 1)).to.deep.equal(['ADDED a']);
      await make('b');
      await api.patch(`${maps}/a`, { data: { k: 'w' } });
      await api.remove(`${maps}/b`);
      const events = await watch.take(3);
      expect(events.map(told)).to.deep.equal(['ADDED b', 'MODIFIED a', 'DELETED b']);
      const versions = events.map(versionOf);
      expect(versions).to.deep.equal(versions.toSorted((x, y) => x - y));
      expect(versions.at(-1)).to.equal(api.world.position);
      expect(events[2]?.['object']?.['data'], 'as it last was').to.deep.equal({ k: 'v' });
    });

    it('tells what happened after a version', async () => {
      const from = (await make('a')).metadata.resourceVersion;
      await make('b');
      await api.remove(`${maps}/a`);
      const watch = await api.watch(`${maps}?watch=true&resourceVersion=${from}`);
      expect(await stories(watch, 2)).to.deep.equal(['ADDED b', 'DELETED a']);
      await last();
      expect(await stories(watch, 1)).to.deep.equal(['ADDED z-last']);
    });

    it('tells nothing before a version that is yet to come', async () => {
      const watch = await api.watch(`${maps}?watch=true&resourceVersion=${api.world.position + 1}`);
      await make('a');
      await make('b');
      expect(await stories(watch, 1)).to.deep.equal(['ADDED b']);
    });

    it('keeps to its namespace, its kind and its name', async () => {
      const all = await api.watch('/api/v1/configmaps?watch=true');
      const shop = await api.watch(`${maps}?watch=true`);
      const one = await api.watch(`${maps}?watch=true&fieldSelector=metadata.name%3Da`);
      await make('a', {}, 'bank');
      await api.made('secrets', 'shop', { metadata: { name: 'a' } });
      await make('b');
      await make('a');
      expect(await stories(all, 3)).to.deep.equal(['ADDED a', 'ADDED b', 'ADDED a']);
      expect(await stories(shop, 2)).to.deep.equal(['ADDED b', 'ADDED a']);
      expect(await stories(one, 1)).to.deep.equal(['ADDED a']);
    });

    it('takes what comes to match for added, and what no longer matches for deleted', async () => {
      await make('a', { tier: 'x' });
      await make('b', { tier: 'y' });
      const watch = await api.watch(`${maps}?watch=true&labelSelector=tier%3Dx`);
      const relabel = (name: string, tier: string) => api.patch(`${maps}/${name}`, { metadata: { labels: { tier } } });
      await relabel('a', 'y');
      await relabel('b', 'x');
      await relabel('a', 'z');
      await last();
      const events = await watch.take(4);
      expect(events.map(told)).to.deep.equal(['ADDED a', 'DELETED a', 'ADDED b', 'ADDED z-last']);
      expect(events[1]?.['object']?.['metadata']?.['labels'], 'as it last matched').to.deep.equal({ tier: 'x' });
      expect(versionOf(events[1] as Json)).to.be.below(versionOf(events[2] as Json));
    });

    it('sends the state and marks its end when asked to', async () => {
      await make('a');
      const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
      const watch = await api.watch(`${maps}?${query}`);
      const [added, mark] = await watch.take(2);
      expect(told(added as Json)).to.equal('ADDED a');
      expect(mark?.['type']).to.equal('BOOKMARK');
      expect(mark?.['object']).to.deep.equal({
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: {
          resourceVersion: String(api.world.position),
          creationTimestamp: null,
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      });
      await make('b');
      expect(await stories(watch, 1)).to.deep.equal(['ADDED b']);
    });

    it('begins with what comes when the state is not wanted', async () => {
      await make('a');
      const query = 'watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan';
      const watch = await api.watch(`${maps}?${query}`);
      await make('b');
      expect(await stories(watch, 1)).to.deep.equal(['ADDED b']);
    });

    it('says every minute how far it is, to those who ask', async () => {
      const watch = await api.watch(`${maps}?watch=true&allowWatchBookmarks=true`);
      const silent = await api.watch(`${maps}?watch=true`);
      await make('a', {}, 'bank');
      api.clock.advance(60_000);
      const mark = await watch.next();
      expect(mark?.['type']).to.equal('BOOKMARK');
      expect(versionOf(mark as Json)).to.equal(api.world.position);
      await make('b');
      expect(await stories(silent, 1)).to.deep.equal(['ADDED b']);
    });

    it('ends after as long as the client asked, with a last bookmark', async () => {
      const watch = await api.watch(`${maps}?watch=true&timeoutSeconds=30&allowWatchBookmarks=true`);
      await make('a');
      await watch.take(1);
      api.clock.advance(30_000);
      expect((await watch.next())?.['type']).to.equal('BOOKMARK');
      expect(await ended(watch)).to.equal('ended');
    });

    it('ends by itself within an hour, but not within half an hour', async () => {
      const watch = await api.watch(`${maps}?watch=true`);
      api.clock.advance(1_799_999);
      await make('a');
      expect(await stories(watch, 1)).to.deep.equal(['ADDED a']);
      api.clock.advance(1_800_001);
      expect(await ended(watch)).to.equal('ended');
    });

    it('shows many watchers the same order', async () => {
      const watches = await Promise.all(Array.from({ length: 8 }, () => api.watch(`${maps}?watch=true`)));
      await Promise.all(Array.from({ length: 20 }, (_, i) => make(`n${i}`)));
      const [first, ...others] = await Promise.all(watches.map((watch) => watch.take(20)));
      for (const other of others) expect(other).to.deep.equal(first);
    });

    it('is also at its old paths', async () => {
      await make('a');
      await make('b');
      expect(await stories(await api.watch('/api/v1/watch/configmaps'), 2)).to.deep.equal(['ADDED a', 'ADDED b']);
      expect(await stories(await api.watch('/api/v1/watch/namespaces/shop/configmaps'), 2)).to.have.length(2);
      const one = await api.watch('/api/v1/watch/namespaces/shop/configmaps/b');
      await api.patch(`${maps}/a`, { data: { k: 'w' } });
      await api.remove(`${maps}/b`);
      expect(await stories(one, 2)).to.deep.equal(['ADDED b', 'DELETED b']);
    });

    it('shows rows of a table, whose columns it names once', async () => {
      await make('a');
      const watch = await api.watch(`${maps}?watch=true`, {
        headers: { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
      });
      await make('b');
      const [first, second] = await watch.take(2);
      const cells = (event: Json | undefined) => event?.['object']?.['rows']?.['0']?.['cells'];
      expect(items(first?.['object']?.['columnDefinitions']).map(({ name }) => name)).to.deep.equal([
        'Name',
        'Data',
        'Age',
      ]);
      expect(cells(first)).to.deep.equal(['a', 1, '0s']);
      expect(second?.['object']?.['columnDefinitions']).to.equal(null);
      expect(cells(second)).to.deep.equal(['b', 1, '0s']);
    });

    it('names the columns with its first event, however late that comes', async () => {
      const asTable = { headers: { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } };
      const watch = await api.watch(`${maps}?watch=true`, asTable);
      await make('a');
      expect(items((await watch.next())?.['object']?.['columnDefinitions'])).to.have.length(3);
      const later = await api.watch(`${maps}?watch=true&resourceVersion=${api.world.position}`, asTable);
      await make('b');
      expect((await watch.next())?.['object']?.['columnDefinitions']).to.equal(null);
      expect(items((await later.next())?.['object']?.['columnDefinitions'])).to.have.length(3);
    });

    it('shows metadata alone', async () => {
      await make('a');
      const watch = await api.watch(`${maps}?watch=true`, {
        headers: { Accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' },
      });
      const [event] = await watch.take(1);
      expect(event?.['object']).to.include({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' });
      expect(event?.['object']).to.not.have.property('data');
    });

    it('refuses options that do not go together', async () => {
      const refusal = async (query: string) => (await api.get(`${maps}?watch=true&${query}`)).json()['message'];
      expect(await refusal('sendInitialEvents=true')).to.equal(
        'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      );
      expect(await refusal('resourceVersionMatch=NotOlderThan')).to.equal(
        'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      );
      expect(await refusal('labelSelector=((')).to.match(/^found '\(', expected/);
    });
  });

  describe('from before what memory holds', () => {
    beforeEach(async () => {
      api = await openApi({}, { changesMax: 4, everyEvents: 7 });
      await api.made('namespaces', '', { metadata: { name: 'shop' } });
    });
    afterEach(async () => {
      await api.close();
      expect(api.troubles).to.deep.equal([]);
    });

    it('misses nothing and repeats nothing, from whichever version', async () => {
      for (let i = 0; i < 30; i++) {
        await make(`n${i % 7}`, { tier: i % 2 ? 'x' : 'y' });
        if (i % 3 === 0) await api.patch(`${maps}/n${i % 7}`, { data: { k: String(i) } });
        await api.remove(`${maps}/n${i % 7}`);
      }
      await last();
      const whole = await api.watch(`${maps}?watch=true&resourceVersion=1`);
      const everything: Json[] = [];
      for (let event = await whole.next(); event; event = await whole.next()) {
        everything.push(event);
        if (told(event) === 'ADDED z-last') break;
      }
      const story = (await api.story()).filter(({ ref }) => ref.resource === 'configmaps');
      expect(everything.map(versionOf)).to.deep.equal(story.map(({ position }) => position));
      for (const from of [3, 9, 20, 31, 50, 60]) {
        const after = everything.filter((event) => versionOf(event) > from);
        const watch = await api.watch(`${maps}?watch=true&resourceVersion=${from}`);
        expect(await watch.take(after.length), `from ${from}`).to.deep.equal(after);
        watch.close();
      }
    });

    it('tells selectors the same as if it had been there all the time', async () => {
      const from = api.world.position;
      const live = await api.watch(`${maps}?watch=true&resourceVersion=${from}&labelSelector=tier%3Dx`);
      for (let i = 0; i < 12; i++) {
        await make(`n${i}`, { tier: i % 2 ? 'x' : 'y' });
        await api.patch(`${maps}/n${i}`, { metadata: { labels: { tier: i % 3 ? 'y' : 'x' } } });
      }
      await last();
      const seen: Json[] = [];
      for (let event = await live.next(); event && told(event) !== 'ADDED z-last'; event = await live.next())
        seen.push(event);
      const late = await api.watch(`${maps}?watch=true&resourceVersion=${from}&labelSelector=tier%3Dx`);
      expect(await late.take(seen.length)).to.deep.equal(seen);
    });

    it('is refused where the kind keeps only the newest: the client lists again', async () => {
      const leases = '/apis/coordination.k8s.io/v1/namespaces/shop/leases';
      await api.post(leases, { metadata: { name: 'l' }, spec: {} });
      for (let i = 0; i < 10; i++) await api.patch(`${leases}/l`, { spec: { leaseTransitions: i } });
      const got = await api.get(`${leases}?watch=true&resourceVersion=2`);
      expect(got.json()).to.include({ code: 410, reason: 'Expired' });
      expect(got.json()['message']).to.match(/^too old resource version: 2 \(\d+\)$/);
    });
  });
});

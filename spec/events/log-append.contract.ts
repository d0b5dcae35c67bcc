import { expect } from 'chai';
import type { Event, Ref } from '../../events/event.ts';
import type { EventLog } from '../../events/log.ts';
import { appendOf, collect, following, named, originOf, refused, typesOf, web } from './appends.ts';

/** Expected revisions, one winner, commands carried out once, all or nothing. */
export const appendContract = (log: () => EventLog) => {
  const append = (...args: Parameters<typeof appendOf>) => log().append(appendOf(...args));

  it('numbers a stream from 0 and the whole log upwards', async () => {
    const first = await append(web, -1, ['Created', 'Bound']);
    const second = await append(named('db'), -1, ['Created']);
    expect([...first, ...second].map(({ revision }) => revision)).to.deep.equal([0, 1, 0]);
    const positions = [...first, ...second].map(({ position }) => position);
    expect(positions[0]).to.be.at.least(1);
    expect(positions).to.deep.equal([...new Set(positions)].sort((a, b) => a - b));
    expect(await log().head()).to.equal(positions.at(-1));
  });

  it('answers with what any reader then gets, to the letter', async () => {
    const event: Event = Object.assign({ type: 'SpecReplaced' }, { delta: [{ a: null, b: [1.5, true, 'x'] }, {}] });
    const origin = { ...originOf('c1'), via: 'controller/deployments', causes: [3, 5] };
    const answer = await append(web, -1, [], { events: [event], origin });
    expect(answer.map((one) => [one.ref, one.event, one.revision, one.origin])).to.deep.equal([
      [web, event, 0, origin],
    ]);
    expect(await collect(log().stream(web))).to.deep.equal(answer);
    expect(await collect(log().read(0))).to.deep.equal(answer);
    expect(await following(log(), 0, 1)).to.deep.equal(answer);
  });

  it('refuses a writer that has not seen the newest event, and says where the stream is', async () => {
    await append(web, -1, ['Created', 'Bound']);
    for (const expected of [-1, 0, 2, 7]) {
      const error = await refused(append(web, expected, ['Late'], { command: `late ${expected}` }));
      expect(error).to.include({ name: 'StaleRevision', actual: 1 });
      expect(error).to.have.property('message').that.includes('pods-default/web').and.includes(`${expected}`);
    }
    expect(typesOf(await collect(log().stream(web)))).to.deep.equal(['Created', 'Bound']);
  });

  it('refuses a writer that expects a stream which was never written', async () => {
    expect(await refused(append(web, 0, ['Bound']))).to.include({ name: 'StaleRevision', actual: -1 });
    expect(await log().head()).to.equal(0);
  });

  it('lets exactly one of many concurrent writers win, round after round', async () => {
    for (let revision = -1; revision < 9; revision++) {
      const writers = Array.from({ length: 12 }, (_, i) =>
        append(web, revision, ['Taken'], { command: `round ${revision} writer ${i}` }),
      );
      const outcomes = await Promise.allSettled(writers);
      const refusals = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
      expect(refusals).to.have.length(11);
      for (const refusal of refusals) expect(refusal).to.include({ name: 'StaleRevision', actual: revision + 1 });
    }
    expect((await collect(log().stream(web))).map(({ revision }) => revision)).to.deep.equal([...Array(10).keys()]);
  });

  it('appends a command only once, and answers again what it answered first', async () => {
    const first = await append(web, -1, ['Created', 'Bound'], { command: 'c1' });
    const bound = await append(web, 1, ['Started'], { command: 'c2' });
    expect(await append(web, -1, ['Created', 'Bound'], { command: 'c1' })).to.deep.equal(first);
    expect(await append(web, 1, ['Started'], { command: 'c2' })).to.deep.equal(bound);
    expect(await collect(log().read(0))).to.deep.equal([...first, ...bound]);
  });

  it('appends a command only once when it is sent again before the first answer', async () => {
    const twice = await Promise.all([1, 2].map(() => append(web, -1, ['Created'], { command: 'c1' })));
    expect(twice[1]).to.deep.equal(twice[0]);
    expect(await collect(log().stream(web))).to.deep.equal(twice[0]);
  });

  it('keeps the events of one append together, among writers of other streams', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `pod-${i}`);
    await Promise.all(names.map((name) => append(named(name), -1, ['A', 'B', 'C'])));
    const all = await collect(log().read(0));
    expect(all).to.have.length(60);
    for (let i = 0; i < 60; i += 3) {
      expect(typesOf(all.slice(i, i + 3))).to.deep.equal(['A', 'B', 'C']);
      expect(new Set(all.slice(i, i + 3).map(({ ref }) => ref.name)).size).to.equal(1);
    }
  });

  it('leaves nothing of an append that is refused', async () => {
    await append(web, -1, ['Created']);
    await refused(append(web, 3, ['A', 'B', 'C']));
    expect(typesOf(await collect(log().read(0)))).to.deep.equal(['Created']);
    expect(typesOf(await append(web, 0, ['Bound']))).to.deep.equal(['Bound']);
  });

  it('takes an append of nothing for a mistake of the caller', async () => {
    expect(await refused(append(web, -1, []))).to.be.instanceOf(RangeError);
  });

  it('keeps cluster-scoped, unicode and long names apart', async () => {
    const refs: Ref[] = [
      { resource: 'nodes', namespace: '', name: 'a' },
      { resource: 'nodes', namespace: 'a', name: '' },
      { resource: 'widgets.my-group.example.com', namespace: 'a-b', name: 'c-d' },
      { resource: 'widgets.my-group.example.com', namespace: 'a', name: 'b-c-d' },
      named('system:node:größe-東京-🚢'),
      named('n'.repeat(253)),
      named('ø'.repeat(2000)),
    ];
    for (const ref of refs) await append(ref, -1, ['Created']);
    expect((await collect(log().read(0))).map(({ ref }) => ref)).to.deep.equal(refs);
    for (const ref of refs) expect((await collect(log().stream(ref))).map((one) => one.ref)).to.deep.equal([ref]);
  });

  it('holds events of 1 MB', async () => {
    const texts = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `${letter}é🚢`.repeat(131_072));
    for (const [i, text] of texts.entries())
      await append(web, i - 1, [], { events: [Object.assign({ type: 'Big' }, { text })], command: `big ${i}` });
    const kept = (await collect(log().read(0))).map(({ event }) => (event as Event & { text: string }).text);
    expect(kept.map((text, i) => text === texts[i])).to.deep.equal(texts.map(() => true));
  });
};

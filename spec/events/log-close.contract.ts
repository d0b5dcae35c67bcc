import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import type { EventLog } from '../../events/log.ts';
import type { LogUnderContract } from './log.contract.ts';
import { appendOf, collect, named, refused, typesOf, web } from './appends.ts';

/** What a log does when it is closed, and what it knows when it is opened again. */
export const closeContract = (log: () => EventLog, adapter: LogUnderContract, reopened: (log: EventLog) => void) => {
  const append = (...args: Parameters<typeof appendOf>) => log().append(appendOf(...args));

  it('lets what is on its way land, and takes nothing more', async () => {
    const landing = Array.from({ length: 100 }, (_, i) => append(named(`pod-${i}`), -1, ['Created']));
    await log().close();
    expect((await Promise.all(landing)).flat()).to.have.length(100);
    expect(await refused(append(web, -1, ['Created']))).to.include({ name: 'LogUnavailable' });
  });

  it('ends its readers', async () => {
    await append(web, -1, ['Created']);
    const seen: string[] = [];
    const ended = new Promise<void>((resolve, reject) =>
      log()
        .after(0)
        .subscribe({ next: ({ event }) => seen.push(event.type), complete: resolve, error: reject }),
    );
    await firstValueFrom(log().after(0));
    await log().close();
    await ended;
    expect(seen).to.deep.equal(['Created']);
  });

  it('may be asked for twice', async () => {
    await Promise.all([log().close(), log().close()]);
  });

  const { reopen } = adapter;
  if (!reopen) return;

  it('forgets nothing: events, revisions, positions, time and commands go on where they were', async () => {
    const first = await append(web, -1, ['Created', 'Bound'], { command: 'c1' });
    await append(named('lease'), -1, ['Renewed'], { retention: 'newest' });
    await adapter.pass(500);
    const renewed = await append(named('lease'), 0, ['Renewed'], { retention: 'newest', command: 'again' });
    const head = await log().head();
    await log().close();
    await adapter.pass(-2000);

    reopened(await reopen());
    expect(await log().head()).to.equal(head);
    expect(await collect(log().read(0))).to.deep.equal([...first, ...renewed]);
    expect(await collect(log().stream(web))).to.deep.equal(first);
    expect(await append(web, -1, ['Created', 'Bound'], { command: 'c1' })).to.deep.equal(first);
    expect(await refused(append(web, 0, ['Stale']))).to.include({ name: 'StaleRevision', actual: 1 });
    const [next] = await append(web, 1, ['Started']);
    expect(next?.position).to.be.above(head);
    expect(next?.at).to.be.at.least(renewed[0]?.at as number);
  });

  it('lets go of what grew old while it was closed', async () => {
    await append(named('event'), -1, ['Seen'], { retention: { ageMsMax: 60_000 } });
    await append(web, -1, ['Created']);
    await log().close();
    await adapter.pass(61_000);
    reopened(await reopen());
    await adapter.cut(log());
    expect(typesOf(await collect(log().read(0)))).to.deep.equal(['Created']);
  });
};

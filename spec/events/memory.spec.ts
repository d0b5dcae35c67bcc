import { expect } from 'chai';
import { memoryLog, memorySnapshots } from '../../events/memory.ts';
import { virtualClock } from '../support/clock.ts';
import { appendOf, named, web } from './appends.ts';
import { logContract } from './log.contract.ts';
import { snapshotsContract } from './snapshots.contract.ts';
import { wanderingClock } from './wandering-clock.ts';

describe('memoryLog', () => {
  const clock = wanderingClock();
  logContract({
    open: async () => memoryLog(clock),
    pass: async (ms) => clock.pass(ms),
    cut: async () => undefined,
  });

  it('tells its readers before the append resolves', async () => {
    const log = memoryLog(virtualClock());
    const order: string[] = [];
    log.after(0).subscribe(({ event }) => order.push(event.type));
    const appended = log.append(appendOf(web, -1, ['Created']));
    order.push('returned');
    await appended;
    expect(order).to.deep.equal(['Created', 'returned']);
  });

  it('takes a stream that aged away for one that never was', async () => {
    const aging = virtualClock();
    const log = memoryLog(aging);
    const retention = { ageMsMax: 1000 };
    await log.append(appendOf(web, -1, ['Old', 'Older'], { retention }));
    aging.advance(1001);
    const [anew] = await log.append(appendOf(web, -1, ['New'], { retention }));
    expect(anew).to.include({ revision: 0, position: 3 });
  });

  it('takes a million events and tells them in a few seconds', async () => {
    const log = memoryLog(virtualClock());
    let told = 0;
    log.after(0).subscribe(() => told++);
    for (let i = 0; i < 1_000_000; i++)
      await log.append(appendOf(named(`pod-${i % 1000}`), Math.floor(i / 1000) - 1, ['E'], { command: 'c' }));
    expect(told).to.equal(1_000_000);
  }).timeout(20_000);
});

describe('memorySnapshots', () => snapshotsContract({ open: async () => memorySnapshots() }));

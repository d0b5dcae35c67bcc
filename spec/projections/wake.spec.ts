import { expect } from 'chai';
import { memoryLog, memorySnapshots } from '../../events/memory.ts';
import { kinds } from '../../kinds/index.ts';
import { wakeWorld } from '../../projections/wake.ts';
import { projectWorld } from '../../projections/world.ts';
import { appendOf } from '../events/appends.ts';
import { virtualClock } from '../support/clock.ts';

describe('the World, waking', () => {
  it('stands at the head of the log also when retention let go of the newest events', async () => {
    const clock = virtualClock();
    const log = memoryLog(clock);
    const seen = { resource: 'events', namespace: 'default', name: 'web.1' };
    await log.append(appendOf(seen, -1, ['Created'], { retention: { ageMsMax: 1000 } }));
    clock.advance(2000);
    const projection = projectWorld(kinds);
    const following = await wakeWorld({
      projection,
      log,
      snapshots: memorySnapshots(),
      onError: (error) => expect.fail(String(error)),
    });
    expect(projection.world.position).to.equal(1);
    following.unsubscribe();
  });
});

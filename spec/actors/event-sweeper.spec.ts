import { expect } from 'chai';
import { eventSweeper } from '../../actors/event-sweeper.ts';
import { epochMs } from '../support/clock.ts';
import { linesOf, type Sketch, stepOf, wishesOf, worldOf } from '../support/world.ts';

const hour = epochMs + 3_600_000;

describe('old Events', () => {
  const event = (name: string, lastTimestamp: string): Sketch => ({
    kind: 'Event',
    metadata: { name },
    lastTimestamp,
    involvedObject: {},
  });
  const minute = String(epochMs / 60_000);
  it('of one minute go together, once the last of them is an hour old', () => {
    const world = worldOf(
      event('first', '2026-01-01T00:00:00Z'),
      event('last', '2026-01-01T00:00:59Z'),
      event('later', '2026-01-01T00:01:00Z'),
    );
    expect(eventSweeper.reconcile(world, minute, hour + 59_999)).to.deep.equal({
      commands: [],
      recheckAt: hour + 60_000,
    });
    expect(linesOf(wishesOf(eventSweeper, world, minute, hour + 60_000))).to.deep.equal([
      'Delete events/first',
      'Delete events/last',
    ]);
  });
  it('are counted from when they were last told', () =>
    expect(eventSweeper.touches(stepOf(undefined, event('one', '2026-01-01T00:05:09Z')), worldOf())).to.deep.equal([
      String(epochMs / 60_000 + 5),
    ]));
});

import { expect } from 'chai';
import { Subject } from 'rxjs';
import type { Controller, Plan } from '../../actors/controller.ts';
import type { CarriedOut, Errand } from '../../actors/errands.ts';
import { type Failure, runController } from '../../actors/run.ts';
import { takeTurns } from '../../actors/turns.ts';
import { reject } from '../../kinds/rejection.ts';
import { epochMs, settled, virtualClock } from '../support/clock.ts';

interface Here {
  position: number;
}
interface Step {
  readonly position: number;
  readonly key: string;
}
type Act = (errand: Errand<string>) => Promise<CarriedOut>;

const quiet = async () => {
  for (let i = 0; i < 8; i++) await settled();
};

/** A controller whose plans are what a spec says, on a world that is a number. */
const run = (
  reconcile: (key: string, now: number, world: Here) => Plan<string>,
  act: Act = async () => ({ written: -1 }),
  more: Partial<Controller<Here, Step, string>> = {},
) => {
  const clock = virtualClock();
  const world: Here = { position: 1 };
  const changes = new Subject<Step>();
  const waiting: (() => void)[] = [];
  const seen: string[] = [];
  const done: Errand<string>[] = [];
  const failures: Failure[] = [];
  const controller: Controller<Here, Step, string> = {
    name: 'spec',
    touches: ({ key }) => [key],
    reconcile: (here, key, now) => {
      seen.push(`${key} at ${now - epochMs}`);
      return reconcile(key, now, here);
    },
    ...more,
  };
  const running = runController({
    controller,
    world,
    past: [],
    changes,
    carryOut: async (errand) => {
      done.push(errand);
      return act(errand);
    },
    shows: (position) =>
      world.position >= position
        ? Promise.resolve()
        : new Promise((resolve) => void waiting.push(() => (world.position >= position ? resolve() : undefined))),
    clock,
    turns: takeTurns(),
    report: (failure) => failures.push(failure),
  });
  return {
    clock,
    world,
    seen,
    done,
    failures,
    running,
    touch: async (key: string) => {
      changes.next({ position: world.position, key });
      await quiet();
    },
    /** The World moves on, without touching anyone. */
    show: async (position: number) => {
      world.position = position;
      for (const look of waiting) look();
      await quiet();
    },
    pass: async (ms: number) => {
      clock.advance(ms);
      await quiet();
    },
  };
};

const once = (...commands: readonly string[]) => {
  let left = true;
  return (): Plan<string> => {
    const plan = { commands: left ? commands : [] };
    left = false;
    return plan;
  };
};
const refusal = reject('Forbidden', 'no');

describe('a controller', () => {
  it('looks at a key that was touched, once, and rests', async () => {
    const { touch, seen, running } = run(once());
    await touch('a');
    expect(seen).to.deep.equal(['a at 0']);
    expect(running.busy).to.equal(0);
  });

  it('looks at its first keys though nothing has changed', async () => {
    const { seen } = run(once(), undefined, { first: ['all'] });
    await quiet();
    expect(seen).to.deep.equal(['all at 0']);
  });

  it('looks at a key again only once the World shows what was written for it', async () => {
    const { touch, show, seen } = run(once('write'), async () => ({ written: 5 }));
    await touch('a');
    await touch('a');
    expect(seen).to.deep.equal(['a at 0']);
    await show(4);
    expect(seen).to.have.length(1);
    await show(5);
    expect(seen).to.have.length(2);
  });

  it('lets no slow key delay another', async () => {
    const { touch, seen } = run(once('write'), () => new Promise(() => undefined));
    await touch('a');
    await touch('b');
    expect(seen).to.deep.equal(['a at 0', 'b at 0']);
  });

  it('gathers touches that come while it works into one more look', async () => {
    const going: ((came: CarriedOut) => void)[] = [];
    const { touch, seen } = run(once('write'), () => new Promise((resolve) => void going.push(resolve)));
    await touch('a');
    for (let i = 0; i < 3; i++) await touch('a');
    expect(seen).to.have.length(1);
    going[0]?.({ written: -1 });
    await quiet();
    expect(seen).to.have.length(2);
  });

  it('looks again when a plan says so, and not before', async () => {
    const { touch, pass, seen, running } = run((_, now) => ({
      commands: [],
      recheckAt: now < epochMs + 1_000 ? epochMs + 1_000 : undefined,
    }));
    await touch('a');
    await pass(999);
    expect(seen).to.have.length(1);
    expect(running.busy).to.equal(0);
    await pass(1);
    expect(seen).to.deep.equal(['a at 0', 'a at 1000']);
  });

  it('names its commands after controller, key and position, and says what led to them', async () => {
    const { touch, done } = run(once('one', 'two'));
    await touch('a');
    expect(done.map(({ id, causes, wanted }) => ({ id, causes, wanted }))).to.deep.equal([
      { id: 'spec/a@1/0', causes: [1], wanted: 'one' },
      { id: 'spec/a@1/1', causes: [1], wanted: 'two' },
    ]);
  });

  it('carries out lists side by side, each in its order', async () => {
    const gates: (() => void)[] = [];
    const beside = [
      ['a1', 'a2'],
      ['b1', 'b2'],
    ];
    const { touch, done } = run(
      () => ({ commands: ['first'], beside }),
      ({ wanted }) =>
        wanted === 'first'
          ? Promise.resolve({ written: -1 })
          : new Promise((resolve) => void gates.push(() => resolve({ written: -1 }))),
    );
    await touch('k');
    expect(done.map(({ wanted }) => wanted)).to.deep.equal(['first', 'a1', 'b1']);
    gates[1]?.();
    await quiet();
    expect(done.map(({ wanted }) => wanted)).to.deep.equal(['first', 'a1', 'b1', 'b2']);
  });

  describe('that fails', () => {
    it('is reported, and tries again after 200 ms, 400 ms, 800 ms', async () => {
      const { touch, pass, seen, failures } = run(() => {
        throw new Error('broken');
      });
      await touch('a');
      for (const ms of [200, 400, 800]) {
        const before = seen.length;
        await pass(ms - 1);
        expect(seen).to.have.length(before);
        await pass(1);
        expect(seen).to.have.length(before + 1);
      }
      expect(failures.map((one) => one.failures)).to.deep.equal([1, 2, 3, 4]);
    });

    it('waits a minute at most', async () => {
      const { touch, pass, seen } = run(() => {
        throw new Error('broken');
      });
      await touch('a');
      for (let i = 0; i < 12; i++) await pass(60_000);
      const before = seen.length;
      await pass(60_000);
      expect(seen).to.have.length(before + 1);
    });

    it('hurries when something changes, but looks no more than once a second', async () => {
      const { touch, pass, seen } = run(() => {
        throw new Error('broken');
      });
      await touch('a');
      for (let i = 0; i < 12; i++) await pass(60_000);
      const before = seen.length;
      await touch('a');
      await pass(999);
      expect(seen).to.have.length(before);
      await touch('a');
      await pass(1);
      expect(seen).to.have.length(before + 1);
    });

    it('ends a plan at the first refusal, after what it does about that', async () => {
      const { touch, done, failures } = run(
        once('one', 'two', 'three'),
        async ({ wanted }) => (wanted === 'two' ? refusal : { written: -1 }),
        { refused: (_world, _key, command, { message }) => [`${command} was refused: ${message}`] },
      );
      await touch('a');
      expect(done.map(({ wanted }) => wanted)).to.deep.equal(['one', 'two', 'two was refused: no']);
      expect(failures).to.have.length(1);
    });

    it('begins no more lists after a refusal', async () => {
      const beside = Array.from({ length: 200 }, (_, i) => [`${i}`]);
      const { touch, done } = run(
        () => ({ commands: [], beside }),
        async () => refusal,
      );
      await touch('a');
      expect(done).to.have.length(64);
    });

    it('harms no other that hears of the same change', async () => {
      const { touch, failures, seen, pass } = run(once(), undefined, {
        touches: ({ key }) => {
          if (key === 'bad') throw new Error('broken');
          return [key];
        },
      });
      await touch('bad');
      expect(failures.map(({ error }) => (error as Error).message)).to.deep.equal(['broken']);
      await touch('good');
      await pass(0);
      expect(seen).to.deep.equal(['good at 0']);
    });

    it('tries again when the log cannot be reached', async () => {
      let away = true;
      const { touch, pass, done } = run(
        () => ({ commands: away ? ['write'] : [] }),
        async () => {
          if (away) throw new Error('away');
          return { written: -1 };
        },
      );
      await touch('a');
      away = false;
      await pass(200);
      expect(done).to.have.length(1);
    });
  });

  it('does nothing more once it is stopped', async () => {
    const { touch, pass, seen, running } = run((_, now) => ({ commands: [], recheckAt: now + 10 }));
    await touch('a');
    running.stop();
    await touch('a');
    await pass(100);
    expect(seen).to.have.length(1);
  });
});

import { assign, fromPromise, setup } from 'xstate';
import type { Clock } from '../events/clock.ts';

/** What one turn came to. */
export interface Turn {
  /** Position at which the World will show what was written; -1 when nothing was. */
  readonly written: number;
  /** When to look again, ms since the Unix epoch. */
  readonly recheckAt?: number | undefined;
}

/** What a key's actor is given. */
export interface KeyInput {
  readonly clock: Clock;
  /** Reconciles the key once and carries out what comes of it. */
  readonly work: () => Promise<Turn>;
  /** Resolves once the World shows a position. */
  readonly shows: (position: number) => Promise<void>;
  /** Told of each failed turn, with how many there were in a row. */
  readonly failed: (error: unknown, failures: number) => void;
}

interface KeyState extends KeyInput {
  /** Something changed since the turn under way began. */
  readonly dirty: boolean;
  readonly failures: number;
  readonly written: number;
  readonly recheckAt: number | undefined;
}

const backoffMsMax = 60_000;
/** How long a key that failed still waits when something changed meanwhile. */
const hurryMsMax = 1_000;
const backoffMs = (failures: number) => Math.min(200 * 2 ** Math.min(failures - 1, 20), backoffMsMax);

/**
 * The one machine behind every key of every controller: `working` reconciles and carries out; `catchingUp` waits until the
 * World shows what was written, so that nothing is done twice; `resting` waits for a deadline that the plan named, or ends
 * where there is none; `backingOff` waits longer each time a turn failed. A touch makes a resting key work at once, and one
 * that backs off within a second: what was in the way may be gone.
 */
export const keyMachine = setup({
  types: {
    input: {} as KeyInput,
    context: {} as KeyState,
    events: {} as { readonly type: 'touched' },
  },
  actors: {
    work: fromPromise(({ input }: { input: KeyState }) => input.work()),
    catchUp: fromPromise(({ input }: { input: KeyState }) => input.shows(input.written)),
  },
  guards: {
    dirty: ({ context }) => context.dirty,
    isDue: ({ context }) => context.recheckAt !== undefined && context.recheckAt <= context.clock.now(),
    mustLookAgain: ({ context }) => context.recheckAt !== undefined,
  },
  actions: {
    soil: assign({ dirty: true }),
    clean: assign({ dirty: false, recheckAt: undefined }),
    countFailure: assign(({ context }) => ({ failures: context.failures + 1 })),
    // The event is the work's own error: no other event runs this action.
    tellFailure: ({ context, event }) =>
      context.failed((event as unknown as { error: unknown }).error, context.failures),
  },
  delays: {
    untilRecheck: ({ context }) => Math.max((context.recheckAt ?? 0) - context.clock.now(), 0),
    backoff: ({ context }) => backoffMs(context.failures),
    hurry: ({ context }) => Math.min(backoffMs(context.failures), hurryMsMax),
  },
}).createMachine({
  id: 'key',
  context: ({ input }) => ({ ...input, dirty: false, failures: 0, written: -1, recheckAt: undefined }),
  initial: 'working',
  states: {
    working: {
      entry: 'clean',
      on: { touched: { actions: 'soil' } },
      invoke: {
        src: 'work',
        input: ({ context }) => context,
        onDone: {
          target: 'catchingUp',
          actions: assign(({ event }) => ({
            failures: 0,
            written: event.output.written,
            recheckAt: event.output.recheckAt,
          })),
        },
        onError: [
          { guard: 'dirty', target: 'hurrying', actions: ['countFailure', 'tellFailure'] },
          { target: 'backingOff', actions: ['countFailure', 'tellFailure'] },
        ],
      },
    },
    catchingUp: {
      on: { touched: { actions: 'soil' } },
      invoke: {
        src: 'catchUp',
        input: ({ context }) => context,
        onDone: [
          { guard: 'dirty', target: 'working' },
          { guard: 'isDue', target: 'working' },
          { guard: 'mustLookAgain', target: 'resting' },
          { target: 'idle' },
        ],
      },
    },
    resting: { on: { touched: 'working' }, after: { untilRecheck: 'working' } },
    backingOff: { on: { touched: 'hurrying' }, after: { backoff: 'working' } },
    hurrying: { after: { hurry: 'working' } },
    idle: { type: 'final' },
  },
});

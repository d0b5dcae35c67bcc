import { type Clock, realClock } from '../events/clock.ts';
import { type Keyboard, ownKeyboard } from './keyboard.ts';
import { type Terminal, terminalOf } from './output.ts';

/** What a verb finds around it. */
export interface Shell {
  readonly terminal: Terminal;
  readonly keyboard: Keyboard;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Ends what would go on for ever: a watch, a log that is followed. */
  readonly signal?: AbortSignal;
}

/** This process's own. */
export const ownShell = (): Shell => ({
  terminal: terminalOf(process.env),
  keyboard: ownKeyboard(),
  env: process.env,
  clock: realClock,
});

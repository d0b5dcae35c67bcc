import type { Clock } from '../../events/clock.ts';
import type { Program, Written } from './program.ts';
import type { Listener, Output } from './streams.ts';

export interface Ending {
  readonly code: number;
  readonly oomKilled: boolean;
}

/** A container's first process, living on the clock. Nothing is held that no one asked for: thousands fit into one process. */
export interface SimulatedProcess extends Output {
  /** As its program does when asked to; answers at once. */
  stop(graceMs: number): void;
  end(ending: Ending): void;
}

export const killed: Ending = { code: 137, oomKilled: false };

/** Starts it. `ended` is called once. */
export const startProcess = (program: Program, clock: Clock, ended: (ending: Ending) => void): SimulatedProcess => {
  const written: Written[] = [];
  const timers: unknown[] = [];
  const listeners = new Set<Listener>();
  let running = true;

  const after = (ms: number, act: () => void) => {
    if (ms > 0) timers.push(clock.setTimeout(act, ms));
    else act();
  };
  const end = (ending: Ending) => {
    if (!running) return;
    running = false;
    for (const timer of timers) clock.clearTimeout(timer);
    ended(ending);
    for (const listener of listeners) listener(undefined);
    listeners.clear();
  };
  const write = (to: Written['to'], text: string) => {
    const piece: Written = { at: clock.now(), to, text };
    written.push(piece);
    for (const listener of listeners) listener(piece);
  };
  for (const { afterMs, to, text } of program.writes ?? []) after(afterMs, () => write(to, text));
  const { ends } = program;
  if (ends) after(ends.afterMs, () => end({ code: ends.code, oomKilled: ends.oomKilled ?? false }));

  return {
    written,
    get running() {
      return running;
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: (graceMs) => {
      if (running && program.lastWords) write('stdout', program.lastWords);
      if (program.ignoresStop) after(Math.ceil(graceMs / 1000) * 1000, () => end(killed));
      else end({ code: 0, oomKilled: false });
    },
    end,
  };
};

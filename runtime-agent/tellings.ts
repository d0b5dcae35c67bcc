import type { Chance, Clock } from '../events/clock.ts';
import type { Command, Wish } from '../kinds/command.ts';
import type { Rejection } from '../kinds/rejection.ts';

/** Something to tell the control plane, until it has answered. */
export interface Telling {
  readonly id: number;
  readonly key: string;
  readonly command: Command;
}

/** What is still to be told: the newest under each key. */
export interface Tellings {
  add(key: string, wish: Wish, answered?: (rejection: Rejection | undefined) => void): Telling;
  answer(id: number, rejection: Rejection | undefined): void;
  /** All that was not answered, oldest first: to be told again on a new connection. */
  unanswered(): readonly Telling[];
}

/** More than this many wait only while the control plane is away for long; then Events, which only inform, are let go first. */
const waitingMax = 5_000;

/** An empty outbox of one node. Its commands' ids begin with a word of chance, so that a restarted agent repeats none. */
export const openTellings = (node: string, clock: Clock, chance: Chance): Tellings => {
  const boot = chance.uuid();
  const waiting = new Map<
    string,
    { readonly telling: Telling; readonly answered: ((rejection: Rejection | undefined) => void) | undefined }
  >();
  let count = 0;

  const makeRoom = (): void => {
    if (waiting.size <= waitingMax) return;
    const least = [...waiting.keys()].find((key) => key.startsWith('event/'));
    if (least !== undefined) waiting.delete(least);
  };

  return {
    add: (key, wish, answered) => {
      const id = ++count;
      const command = {
        ...wish,
        id: `agent/${node}/${boot}/${id}`,
        at: clock.now(),
        by: { user: `system:node:${node}`, groups: ['system:nodes'] },
        via: `agent/${node}`,
        manager: 'kubelet',
        causes: [],
      } as Command; // a wish with what a wish lacks
      const telling = { id, key, command };
      waiting.delete(key);
      waiting.set(key, { telling, answered });
      makeRoom();
      return telling;
    },
    answer: (id, rejection) => {
      for (const [key, { telling, answered }] of waiting) {
        if (telling.id !== id) continue;
        waiting.delete(key);
        answered?.(rejection);
        return;
      }
    },
    unanswered: () => Array.from(waiting.values(), ({ telling }) => telling),
  };
};

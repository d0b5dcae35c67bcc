import { type Rejection, isRejection } from '../kinds/rejection.ts';
import type { Plan } from './controller.ts';

/** What a command came to, as far as a controller's machine must know. */
export type CarriedOut = { readonly written: number } | Rejection;

/** A command on its way: its id follows from controller, key and position, so a repeated plan repeats nothing. */
export interface Errand<W> {
  readonly id: string;
  readonly at: number;
  /** Positions of the changes that led to it, oldest first. */
  readonly causes: readonly number[];
  readonly wanted: W;
}

/** What the errands of one turn share. */
export interface Turnwork<W> {
  /** Begins the id of every errand. */
  readonly mark: string;
  readonly at: number;
  readonly causes: readonly number[];
  readonly carryOut: (errand: Errand<W>) => Promise<CarriedOut>;
  readonly refused: (command: W, rejection: Rejection) => readonly W[];
}

/** The door has refused what a controller wished for; the key is tried again later. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly rejection: Rejection;
  constructor(rejection: Rejection) {
    super(rejection.message);
    this.rejection = rejection;
  }
}

/** How many lists are on their way at once: enough to share the log's fsync, few enough to notice a refusal soon. */
const besideMax = 64;

/** Carries out a list in its order; throws {@link Refused} at the first refusal, after what the controller does about it. */
const carryOutInOrder = async <W>(turn: Turnwork<W>, list: readonly W[], place: string): Promise<number> => {
  const { mark, at, causes, carryOut } = turn;
  let written = -1;
  for (const [i, wanted] of list.entries()) {
    const id = `${mark}/${place}${i}`;
    const came = await carryOut({ id, at, causes, wanted });
    if (!isRejection(came)) {
      written = Math.max(written, came.written);
      continue;
    }
    for (const [j, more] of turn.refused(wanted, came).entries())
      await carryOut({ id: `${id}/refused/${j}`, at, causes, wanted: more });
    throw new Refused(came);
  }
  return written;
};

/** Carries out a plan; answers the newest position written, -1 when nothing was. Throws when part of it failed. */
export const carryOutPlan = async <W>(turn: Turnwork<W>, { commands, beside = [] }: Plan<W>): Promise<number> => {
  let written = await carryOutInOrder(turn, commands, '');
  const lists = beside.entries();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const [i, list] of lists) {
      if (failures.length > 0) return;
      try {
        written = Math.max(written, await carryOutInOrder(turn, list, `${i}.`));
      } catch (error) {
        failures.push(error); // thrown below, once the others have come back
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(besideMax, beside.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return written;
};

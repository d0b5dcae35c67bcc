import { type Event, type Recorded, streamOf } from '../events/event.ts';
import { type EventLog, StaleRevision } from '../events/log.ts';
import type { Command, Create, Replace } from '../kinds/command.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ApiObject } from '../kinds/object.ts';
import { type Rejection, isRejection, noNameLeft, notFound, reject } from '../kinds/rejection.ts';
import { uidFrom } from '../kinds/uid.ts';
import type { Entry, World } from '../projections/world.ts';
import type { Admission } from './admission/admission.ts';
import type { Reservation } from './claims/reservation.ts';
import { draftOf } from './draft.ts';
import { openLanes } from './lane.ts';
import type { Done, Outcome, Submit } from './outcome.ts';

/** What the door stands in. */
export interface Surroundings {
  readonly log: EventLog;
  readonly world: World;
  readonly kinds: ReadonlyMap<string, Kind>;
  /** Asked in this order, after defaults and before validation. */
  readonly admissions: readonly Admission[];
  /** What objects compete for; claimed once a command is known to be right, before it is recorded. */
  readonly reservations: readonly Reservation[];
  /** Resolves once the World shows this position. */
  readonly shows: (position: number) => Promise<void>;
}

/** How often another writer may be faster, or a generated name be taken, before the caller hears of it. */
const attemptsMax = 8;
/** How many commands are remembered as carried out, newest kept. */
const rememberedMax = 1_000;

const subresourceOf = (command: Command): string => ('subresource' in command ? String(command.subresource) : '');

const admit = (
  command: Command,
  kind: Kind,
  before: ApiObject | undefined,
  { admissions, world }: Surroundings,
): Command | Rejection => {
  let object = 'object' in command ? (command as Create | Replace).object : undefined;
  for (const gate of admissions) {
    const answer = gate.admit({ command, kind, before, object, subresource: subresourceOf(command), world });
    if (answer && isRejection(answer)) return answer;
    object = answer;
  }
  return object ? ({ ...command, object } as Command) : command;
};

const isGenerated = (command: Command): boolean =>
  command.type === 'Create' && command.ref.name === '' && !!(command as Create).object.metadata.generateName;

/** What the events would make of `before`, were they recorded. */
const imagine = (kind: Kind, before: ApiObject | undefined, command: Command, events: readonly Event[]): Done => {
  const position = Number(before?.metadata.resourceVersion ?? 0);
  let object = before;
  let gone = false;
  for (const event of events) {
    const recorded = { ref: command.ref, event, position, revision: 0, at: command.at, origin: originOf(command) };
    const after = kind.evolve(object, recorded);
    gone = !after;
    object = after ?? object;
  }
  if (!object)
    throw new Error(`Cannot carry out ${command.type} on "${streamOf(command.ref)}": it left no object and no refusal`);
  return { object, gone, events: [], warnings: [] };
};

const originOf = ({ id, by, via, manager, causes }: Command) => ({ command: id, by, via, manager, causes });

/** What the events made of `before`: as the World shows it, unless it has moved on or the object is gone. */
const done = (kind: Kind, before: ApiObject | undefined, events: readonly Recorded[], now: Entry | undefined): Done => {
  if (now && now.position === events.at(-1)?.position) return { object: now.object, gone: false, events, warnings: [] };
  let object = before;
  let gone = false;
  for (const recorded of events) {
    const after = kind.evolve(object, recorded);
    gone = !after;
    object = after ?? object;
  }
  return { object: object as ApiObject, gone, events, warnings: [] }; // the first event of a stream makes an object
};

/** The one door to the log: default, admit, validate, decide, claim, append; and again when another writer was faster. */
export const submitTo = (here: Surroundings): Submit => {
  const { log, world, kinds, shows } = here;
  const reservations = new Map(here.reservations.map((one) => [one.resource, one]));
  const lane = openLanes();
  const carriedOut = new Map<string, Done>();

  const remember = (id: string, done: Done): Done => {
    carriedOut.set(id, done);
    if (carriedOut.size > rememberedMax)
      for (const oldest of carriedOut.keys()) return (carriedOut.delete(oldest), done);
    return done;
  };

  /** Decides and records an admitted command. */
  const record = async (kind: Kind, command: Command, entry: Entry | undefined, known: number): Promise<Outcome> => {
    const before = entry?.object;
    const decision = kind.decide(before, command);
    if (isRejection(decision)) return decision;
    if (decision.length === 0 || command.dryRun) return imagine(kind, before, command, decision);
    const events = await log.append({
      ref: command.ref,
      events: decision,
      expected: entry?.revision ?? known,
      origin: originOf(command),
      retention: kind.retention,
    });
    const last = events.at(-1) as Recorded; // at least one was appended
    await shows(last.position);
    return remember(command.id, done(kind, before, events, world.entry(command.ref)));
  };

  /** Claims first what only one may have; gives it back when the command is refused after all. */
  const reserveAndRecord = async (
    reservation: Reservation,
    kind: Kind,
    command: Command,
    entry: Entry | undefined,
    known: number,
  ): Promise<Outcome> => {
    const before = entry?.object;
    const asked = (command as Create | Replace).object; // reservations are asked of these only
    const object = before && subresourceOf(command) === '' ? kind.keep(asked, before) : asked;
    const judged = { ...command, object: reservation.provisional(object) } as Command;
    const decision = kind.decide(before, judged);
    if (isRejection(decision)) return decision;
    const subresource = subresourceOf(command);
    const held = await reservation.reserve({ command, kind, before, object, subresource, world }, submit);
    if (isRejection(held)) return held;
    const outcome = await record(kind, { ...command, object: held.object } as Command, entry, known);
    if (isRejection(outcome)) await held.release();
    return outcome;
  };

  /** One try; a StaleRevision passes through. `known` is where a stream stands that has no object. */
  const attempt = async (kind: Kind, command: Command, nth: number, known: number): Promise<Outcome> => {
    const before = isGenerated(command) ? undefined : world.get(command.ref);
    const draft = draftOf(kind, before, command, nth);
    if (isRejection(draft)) return draft;
    const admitted = admit(draft, kind, before, here);
    if (isRejection(admitted)) return admitted;
    const reservation = 'object' in admitted ? reservations.get(kind.resource) : undefined;
    const entry = world.entry(admitted.ref);
    // This very command has made it, before a restart or through another door.
    if (command.type === 'Create' && entry?.object.metadata.uid === uidFrom(command.id))
      return { object: entry.object, gone: false, events: [], warnings: [] };
    return reservation
      ? reserveAndRecord(reservation, kind, admitted, entry, known)
      : record(kind, admitted, entry, known);
  };

  const persist = async (kind: Kind, command: Command): Promise<Outcome> => {
    const before = carriedOut.get(command.id);
    if (before) return before;
    let known = -1;
    for (let nth = 0; ; nth++) {
      try {
        const outcome = await attempt(kind, command, nth, known);
        const taken = isRejection(outcome) && outcome.rejected === 'AlreadyExists' && isGenerated(command);
        if (!taken) return outcome;
        if (nth === attemptsMax) return noNameLeft(kind, String(outcome.details?.name));
      } catch (error) {
        if (!(error instanceof StaleRevision) || nth === attemptsMax) throw error;
        // Either another writer was faster, and the World will show it; or the name was used by an object long gone.
        await shows(await log.head());
        known = isGenerated(command) ? -1 : error.actual;
      }
    }
  };

  const submit: Submit = async (command) => {
    const kind = kinds.get(command.ref.resource);
    if (!kind) return reject('NotFound', 'the server could not find the requested resource');
    if (command.type !== 'Create' && command.ref.name === '') return notFound(kind, '');
    return lane(isGenerated(command) ? `new ${command.id}` : streamOf(command.ref), () => persist(kind, command));
  };
  return submit;
};

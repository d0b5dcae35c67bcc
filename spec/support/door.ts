import { admissions } from '../../commands/admission/index.ts';
import { reservationsIn } from '../../commands/claims/index.ts';
import type { Outcome } from '../../commands/outcome.ts';
import { submitTo } from '../../commands/submit.ts';
import type { Recorded, Ref } from '../../events/event.ts';
import type { EventLog } from '../../events/log.ts';
import { memoryLog } from '../../events/memory.ts';
import { kinds } from '../../kinds/index.ts';
import type { ApiObject } from '../../kinds/object.ts';
import { isRejection } from '../../kinds/rejection.ts';
import { showsOf } from '../../projections/shows.ts';
import { projectWorld } from '../../projections/world.ts';
import { virtualClock, type VirtualClock } from './clock.ts';

/** What a spec says of a command; the rest is who asks: alice. */
export type Asking = { readonly type: string } & Readonly<Record<string, unknown>>;

/** An object as a user writes it down. */
export interface Manifest {
  readonly metadata: { readonly name?: string; readonly generateName?: string } & Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** The door with a log in memory and no controllers. Given a log, it stands in the World that the log tells. */
export const openDoor = (clock: VirtualClock = virtualClock(), log: EventLog = memoryLog(clock)) => {
  const projection = projectWorld(kinds);
  const { world } = projection;
  const following = log.after(0).subscribe((recorded) => projection.take(recorded));
  const shows = showsOf(projection);
  const reservations = reservationsIn('10.96.0.0/16');
  const submit = submitTo({ log, world, kinds, admissions, reservations, shows });
  let asked = 0;

  const ask = (ref: Ref, asking: Asking): Promise<Outcome> => {
    const by = { user: 'alice', groups: ['system:authenticated'] };
    const who = {
      id: `alice/${world.position}/${++asked}`,
      at: clock.now(),
      by,
      via: 'api',
      manager: 'spec',
      causes: [],
    };
    return submit({ ...who, ref, ...asking });
  };
  const create = (resource: string, namespace: string, object: Manifest, more: object = {}) =>
    ask({ resource, namespace, name: object.metadata.name ?? '' }, { type: 'Create', object, ...more });

  return {
    clock,
    log,
    projection,
    world,
    shows,
    submit,
    ask,
    create,
    /** Like `create`, and answers the object; fails the spec when it is refused. */
    made: async (resource: string, namespace: string, object: Manifest): Promise<ApiObject> =>
      accepted(await create(resource, namespace, object)),
    merge: (ref: Ref, patch: unknown, subresource?: string) =>
      ask(ref, { type: 'Patch', patch: { type: 'merge', patch }, ...(subresource && { subresource }) }),
    remove: (ref: Ref, options: object = {}) => ask(ref, { type: 'Delete', options }),
    /** Everything that happened, oldest first. */
    story: async (): Promise<readonly Recorded[]> => {
      const all: Recorded[] = [];
      for await (const recorded of log.read(0)) all.push(recorded);
      return all;
    },
    /** Leaves the log as it is, and looks no longer. */
    close: () => following.unsubscribe(),
  };
};

export type Door = ReturnType<typeof openDoor>;

/** The object of a command that was carried out; throws the refusal otherwise. */
export const accepted = (outcome: Outcome): ApiObject => {
  if (isRejection(outcome)) throw new Error(`refused: ${outcome.rejected}: ${outcome.message}`);
  return outcome.object;
};

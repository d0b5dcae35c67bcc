import { expect } from 'chai';
import { firstValueFrom, take, toArray } from 'rxjs';
import type { Origin, Recorded, Ref } from '../../events/event.ts';
import { streamOf } from '../../events/event.ts';
import type { Append, EventLog } from '../../events/log.ts';

export const web: Ref = { resource: 'pods', namespace: 'default', name: 'web' };
export const named = (name: string): Ref => ({ ...web, name });

export const originOf = (command: string): Origin => ({
  command,
  by: { user: 'jane', groups: ['developers', 'system:authenticated'] },
  via: 'api',
  manager: 'kubectl',
  causes: [],
});

/** An append of events named by their types; the command is named by what it appends, unless told. */
export const appendOf = (
  ref: Ref,
  expected: number,
  types: readonly string[],
  more: Partial<Append> & { readonly command?: string } = {},
): Append => ({
  ref,
  expected,
  events: types.map((type) => ({ type })),
  origin: originOf(more.command ?? `${streamOf(ref)} ${types.join()}`),
  retention: 'forever',
  ...more,
});

export const collect = async (records: AsyncIterable<Recorded>): Promise<Recorded[]> => {
  const all: Recorded[] = [];
  for await (const record of records) all.push(record);
  return all;
};

export const typesOf = (records: readonly Recorded[]) => records.map(({ event }) => event.type);

/** The first `count` events after `position`, whether they have landed yet or not. */
export const following = (log: EventLog, position: number, count: number): Promise<Recorded[]> =>
  firstValueFrom(log.after(position).pipe(take(count), toArray()));

export const refused = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => expect.fail(`expected a refusal, got ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );

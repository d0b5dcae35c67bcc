import { type Ref, streamOf } from '../../events/event.ts';
import type { Client } from '../client.ts';
import { UserError } from '../output.ts';
import { type Lived, liveAgain } from './lived.ts';
import { causesOf, historyOf, type ToldOf } from './told.ts';

/** What is known of events and what they follow from; reads more of it as it is asked for. */
export interface Library {
  /** What the server told of the object that was asked about; oldest first. */
  readonly events: readonly ToldOf[];
  /** The events that one follows from directly, as far as they are known. */
  causes(told: ToldOf): Promise<readonly ToldOf[]>;
  /** The event with the object before and after it. */
  lived(told: ToldOf): Promise<Lived>;
}

/** Stories of other objects that are read for one answer. */
const readMax = 24;
const eventsMax = 5_000;

/** Another object's story may be closed to us: then there is less to tell. */
const unlessRefused = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
};

/** Opens the library at one object. Throws what the server says when there never was such an object. */
export const openLibrary = async (client: Client, ref: Ref): Promise<Library> => {
  const known = new Map<number, ToldOf>();
  const lives = new Map<string, Promise<ReadonlyMap<number, Lived>>>();
  const asked = new Set<string>();

  const ask = async (of: Ref): Promise<readonly ToldOf[]> => {
    asked.add(streamOf(of));
    const { events, because } = await causesOf(client, of);
    for (const told of [...because, ...events]) known.set(told.position, told);
    return events;
  };

  const readLife = async (of: Ref): Promise<ReadonlyMap<number, Lived>> => {
    const history = await unlessRefused(historyOf(client, of, eventsMax));
    return new Map(liveAgain(history?.events ?? []).map((lived) => [lived.told.position, lived]));
  };

  /** Who confirms a deletion names no cause: it follows from the request for it, in the same stream. */
  const requestFor = async ({ ref: of, position }: ToldOf): Promise<readonly ToldOf[]> => {
    if (!asked.has(streamOf(of)) && asked.size < readMax) await unlessRefused(ask(of));
    const before = [...known.values()].filter(
      (one) => streamOf(one.ref) === streamOf(of) && one.position < position && one.type === 'DeletionRequested',
    );
    return before.sort((a, b) => b.position - a.position).slice(0, 1);
  };

  const events = await ask(ref);
  return {
    events,
    causes: async (told) => {
      const named = told.causes.flatMap((position) => known.get(position) ?? []);
      return named.length === 0 && told.type === 'Deleted' ? requestFor(told) : named;
    },
    lived: async (told) => {
      const id = streamOf(told.ref);
      const life = lives.get(id) ?? (lives.size < readMax ? readLife(told.ref) : undefined);
      if (life) lives.set(id, life);
      return (await life)?.get(told.position) ?? { told, before: undefined, after: undefined };
    },
  };
};

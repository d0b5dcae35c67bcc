import type { Event, Ref } from '../../events/event.ts';
import { bodyOf, type Client } from '../client.ts';
import { UserError } from '../output.ts';
import { type Resource, resourceName } from '../resources.ts';

/** One event as the server tells it. */
export interface Told {
  readonly position: number;
  readonly revision: number;
  /** RFC 3339 with milliseconds. */
  readonly at: string;
  readonly type: string;
  readonly event: Event;
  readonly by: { readonly user: string; readonly groups: readonly string[] };
  readonly via: string;
  readonly manager: string;
  readonly command: string;
  readonly causes: readonly number[];
}

/** An event, and of which object. */
export interface ToldOf extends Told {
  readonly ref: Ref;
}

/** What the server tells of one object. */
export interface History {
  /** Oldest first. */
  readonly events: readonly ToldOf[];
  /** There is more than was told. */
  readonly cut: boolean;
}

/** The same with every event that those follow from, as far as it is known and may be read. */
export interface Causes extends History {
  readonly because: readonly ToldOf[];
}

const pathOf = (what: 'history' | 'why', { resource, namespace, name }: Ref) =>
  `/reckon/v1/${what}/${[resource, namespace === '' ? '-' : namespace, name].map(encodeURIComponent).join('/')}`;

/** The object that a resource and a name mean. */
export const refTo = (resource: Resource, namespace: string, name: string): Ref => ({
  resource: resourceName(resource),
  namespace: resource.namespaced ? namespace : '',
  name,
});

const ask = async (client: Client, path: string): Promise<unknown> => {
  const answer = await client.ask({ path });
  // A server of another make has no such path, and says so in other words.
  if (answer.code === 404 && !answer.body.includes('"details"'))
    throw new UserError(
      `The server at ${client.access.server} tells no stories: it is not Reckon, or does not know this resource`,
    );
  return bodyOf(answer);
};

/** Every event of an object, also of one that is gone; the newest `limit` of them. */
export const historyOf = async (client: Client, ref: Ref, limit: number): Promise<History> => {
  const said = (await ask(client, `${pathOf('history', ref)}?limit=${limit}`)) as {
    readonly events: readonly Told[];
    readonly cut: boolean;
  }; // what that path answers
  return { events: said.events.map((told) => ({ ...told, ref })), cut: said.cut };
};

/** Every event of an object and what they follow from. */
export const causesOf = async (client: Client, ref: Ref): Promise<Causes> => {
  const said = (await ask(client, pathOf('why', ref))) as {
    readonly events: readonly Told[];
    readonly because: readonly ToldOf[];
    readonly cut: boolean;
  }; // what that path answers
  return { ...said, events: said.events.map((told) => ({ ...told, ref })) };
};

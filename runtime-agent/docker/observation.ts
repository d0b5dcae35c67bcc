import type Docker from 'dockerode';
import type { ContainerInspectInfo, GetEventsOptions } from 'dockerode';
import { Observable } from 'rxjs';
import type { Clock } from '../../events/clock.ts';
import { type Observation, RuntimeFailure } from '../runtime.ts';
import { type Call, unless } from './call.ts';
import { inspected } from './inspected.ts';
import { jsonLines } from './json-lines.ts';

/** What Docker tells of that changes what we show. */
const events = ['create', 'start', 'die', 'oom', 'destroy', 'pause', 'unpause'];

/** Docker drops events for a reader that is slow for a moment, so we look for ourselves as well. */
const lookAgainMs = 60_000;
const retryMsMin = 100;
const retryMsMax = 10_000;
const inspectionsMax = 8;

export interface Observed {
  readonly docker: Docker;
  readonly call: Call;
  readonly clock: Clock;
  /** Which containers: Docker's label filter. */
  readonly label: readonly string[];
}

type Tell = (observation: Observation) => void;

const list = ({ docker, call, label }: Observed) =>
  call(() => docker.listContainers({ all: true, filters: { label: [...label] } }));

const inspect = ({ docker, call }: Observed, id: string): Promise<ContainerInspectInfo | undefined> =>
  unless(
    ['NotFound'],
    call(() => docker.getContainer(id).inspect()),
  );

const inspectAll = async (observed: Observed): Promise<readonly ContainerInspectInfo[]> => {
  const left = (await list(observed)).map(({ Id }) => Id);
  const found: ContainerInspectInfo[] = [];
  const next = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const info = await inspect(observed, id);
      if (info) found.push(info);
    }
  };
  await Promise.all(Array.from({ length: inspectionsMax }, next));
  return found;
};

const listed = (infos: readonly ContainerInspectInfo[]): Observation => {
  const all = infos.map(inspected);
  return {
    type: 'Listed',
    sandboxes: all.flatMap((one) => ('sandbox' in one ? [one.sandbox] : [])),
    containers: all.flatMap((one) => ('container' in one ? [one.container] : [])),
  };
};

const seen = (info: ContainerInspectInfo): Observation => {
  const one = inspected(info);
  return 'sandbox' in one ? { type: 'SandboxSeen', ...one } : { type: 'ContainerSeen', ...one };
};

/** Calls `changed` with the id of each container that an event is about. Ends only by throwing. */
const readEvents = async (stream: NodeJS.ReadableStream, changed: (id: string) => void): Promise<never> => {
  for await (const { Actor } of jsonLines<{ readonly Actor: { readonly ID: string } }>(stream)) changed(Actor.ID);
  throw new RuntimeFailure('Unavailable', 'Docker has ended its stream of events');
};

const pause = ({ clock }: Observed, ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimeout(done, signal.aborted ? 0 : ms);
    signal.addEventListener('abort', done);
  });

/** Inspects what changed and tells of it: one look at a time per container, so that the newest is told last. */
const looker = (observed: Observed, known: Map<string, string>, tell: Tell) => {
  const looking = new Set<string>();
  const stale = new Set<string>();
  return async (id: string): Promise<void> => {
    stale.add(id);
    if (looking.has(id)) return;
    looking.add(id);
    while (stale.delete(id)) {
      const info = await inspect(observed, id);
      if (info) known.set(id, info.State.Status);
      else known.delete(id);
      tell(info ? seen(info) : { type: 'Removed', id });
    }
    looking.delete(id);
  };
};

/** What an event should have told of and did not: everything whose state is not the known one. */
const missed = async (observed: Observed, known: ReadonlyMap<string, string>): Promise<readonly string[]> => {
  const states = new Map((await list(observed)).map(({ Id, State }) => [Id, State]));
  return [...new Set([...states.keys(), ...known.keys()])].filter((id) => states.get(id) !== known.get(id));
};

/** Tells of everything, then of each change, until Docker goes away, which throws. Events are asked for first, so that none falls between. */
const watchOnce = async (observed: Observed, tell: Tell, signal: AbortSignal): Promise<never> => {
  const { docker, call, label } = observed;
  const options: GetEventsOptions & { readonly abortSignal: AbortSignal } = {
    filters: { type: ['container'], event: events, label: [...label] },
    abortSignal: signal,
  };
  const stream = await call(() => docker.getEvents(options));
  const known = new Map<string, string>();
  const look = looker(observed, known, (observation) => {
    if (!signal.aborted) tell(observation);
  });
  const early = new Set<string>();
  let changed: (id: string) => void = (id) => early.add(id);
  const told = readEvents(stream, (id) => changed(id));
  const infos = await Promise.race([inspectAll(observed), told]);
  for (const { Id, State } of infos) known.set(Id, State.Status);
  tell(listed(infos));
  const looked = new Promise<never>((_, reject) => {
    changed = (id) => void look(id).catch(reject);
  });
  early.forEach(changed);
  const lookAgain = async (): Promise<never> => {
    for (;;) {
      await pause(observed, lookAgainMs, signal);
      signal.throwIfAborted();
      for (const id of await missed(observed, known)) changed(id);
    }
  };
  return Promise.race([told, looked, lookAgain()]);
};

const keepWatching = async (observed: Observed, tell: Tell, signal: AbortSignal): Promise<void> => {
  let retryMs = retryMsMin;
  let lost = false;
  while (!signal.aborted) {
    const one = new AbortController();
    const both = AbortSignal.any([signal, one.signal]);
    try {
      await watchOnce(
        observed,
        (observation) => {
          retryMs = retryMsMin;
          lost = false;
          tell(observation);
        },
        both,
      );
    } catch (error) {
      one.abort();
      if (!signal.aborted && !lost)
        tell({ type: 'Lost', reason: error instanceof Error ? error.message : String(error) });
      lost = true;
    }
    await pause(observed, retryMs, signal);
    retryMs = Math.min(retryMs * 2, retryMsMax);
  }
};

/** `Runtime.observe` on Docker: each subscriber has a stream of events of its own. */
export const observeDocker = (observed: Observed): Observable<Observation> =>
  new Observable((subscriber) => {
    const stop = new AbortController();
    void keepWatching(observed, (observation) => subscriber.next(observation), stop.signal);
    return () => stop.abort();
  });

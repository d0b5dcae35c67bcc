import type { Recorded, Ref } from '../events/event.ts';
import { isRejection, notFound, type Rejection, reject } from '../kinds/rejection.ts';
import { causesOf } from '../projections/causes.ts';
import { positionOf } from './moment.ts';
import { wholeOf } from './query.ts';
import type { Page } from './routes.ts';
import { answerValue } from './show.ts';
import type { Here, Visit } from './visit.ts';

/** Events of one object that are told at most, the newest; so many as well when the client does not say. */
const eventsMax = 5_000;
const eventsDefault = 1_000;

type Parameters = Readonly<Record<string, string | undefined>>;

const told = ({ position, revision, at, event, origin }: Recorded) => ({
  position,
  revision,
  at: new Date(at).toISOString(),
  type: event.type,
  event,
  by: { user: origin.by.user, groups: origin.by.groups },
  via: origin.via,
  manager: origin.manager,
  command: origin.command,
  causes: origin.causes,
});

/** The object that the path names. It may be long gone: only its kind must be served. */
const refIn = ({ resource = '', namespace = '', name = '' }: Parameters, { kinds }: Here): Ref | Rejection => {
  const kind = kinds.get(resource);
  if (!kind || kind.namespaced === (namespace === '-'))
    return reject('NotFound', 'the server could not find the requested resource');
  return { resource, namespace: kind.namespaced ? namespace : '', name };
};

/** Whoever may get an object today may know its past. */
const mayNotGet = ({ who }: Visit, ref: Ref, { authorize }: Here): Rejection | undefined =>
  authorize(who, { verb: 'get', subresource: '', ...ref });

/** The newest events of one stream, oldest first, up to a position. */
const eventsOf = async ({ log }: Here, ref: Ref, to: number, max: number) => {
  const events: Recorded[] = [];
  let cut = false;
  for await (const recorded of log.stream(ref)) {
    if (recorded.position > to) break;
    events.push(recorded);
    if (events.length <= max) continue;
    events.shift();
    cut = true;
  }
  return { events, cut };
};

/** The newest position that a visit may hear of. */
const endOf = async ({ when }: Visit, { log, clock }: Here): Promise<number | Rejection> =>
  when === undefined ? Number.POSITIVE_INFINITY : positionOf(when, log, clock.now());

const notHere = (ref: Ref): Rejection => notFound(ref, ref.name);

const history = async (visit: Visit, parameters: Parameters, here: Here) => {
  const ref = refIn(parameters, here);
  if (isRejection(ref)) return ref;
  const refused = mayNotGet(visit, ref, here);
  if (refused) return refused;
  const [to, limit] = [await endOf(visit, here), wholeOf(visit.query, 'limit')];
  if (isRejection(to)) return to;
  if (isRejection(limit)) return limit;
  const { events, cut } = await eventsOf(here, ref, to, Math.min(Math.max(limit ?? eventsDefault, 1), eventsMax));
  if (events.length === 0) return notHere(ref);
  return answerValue(visit, 200, { events: events.map(told), cut });
};

const why = async (visit: Visit, parameters: Parameters, here: Here) => {
  const ref = refIn(parameters, here);
  if (isRejection(ref)) return ref;
  const refused = mayNotGet(visit, ref, here);
  if (refused) return refused;
  const to = await endOf(visit, here);
  if (isRejection(to)) return to;
  const { events, because, cut } = await causesOf(here.log, ref);
  const until = events.filter(({ position }) => position <= to);
  if (until.length === 0) return notHere(ref);
  // What someone may not read does not become readable by being a cause; internal kinds are nobody's.
  const shown = [...because.values()].filter(
    (one) => here.kinds.has(one.ref.resource) && !mayNotGet(visit, one.ref, here),
  );
  return answerValue(visit, 200, {
    events: until.map(told),
    because: shown.map((one) => ({ ...told(one), ref: one.ref })),
    cut: cut || shown.length < because.size,
  });
};

/**
 * What happened to an object, and why: `/reckon/v1/history/<plural.group>/<namespace, or - for none>/<name>` answers every event
 * of its stream, `/reckon/v1/why/…` also the events that they follow from.
 */
export const storyPages = (here: Here): Readonly<Record<string, Page>> => ({
  '/reckon/v1/history/:resource/:namespace/:name': {
    answer: (visit, parameters) => history(visit, parameters, here),
  },
  '/reckon/v1/why/:resource/:namespace/:name': { answer: (visit, parameters) => why(visit, parameters, here) },
});

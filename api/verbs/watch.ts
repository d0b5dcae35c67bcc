import { isRejection, type Rejection, tooManyRequests } from '../../kinds/rejection.ts';
import { parseFieldSelector } from '../../kinds/values/field-selector.ts';
import { streamed, type Streamed } from '../answer.ts';
import { type ListOptions, listOptionsOf, type Selection } from '../list-options.ts';
import { positionOf } from '../moment.ts';
import { shownTo } from '../show.ts';
import type { Here, Target, Verb, Visit } from '../visit.ts';
import { bookmark, keepMarking, mark } from '../watch/bookmarks.ts';
import { follow, followLater, sendState } from '../watch/follow.ts';
import { httpLine, type Line } from '../watch/sink.ts';
import type { Interest } from '../watch/watchers.ts';

/** Watchers of one server; each costs a socket and some buffers. */
const watchersMax = 20_000;
/** When the client does not say how long: between half an hour and an hour, so that not all come back at once. */
const [timeoutMsMin, timeoutMsSpread] = [1_800_000, 1_800_000];

/** From where on a watcher is told, and what it is told first. */
interface Beginning {
  /** The objects that are there, each as ADDED. */
  readonly state: boolean;
  /** A state at least as new as this, or changes after it; undefined means now. */
  readonly position: number | undefined;
  /** A bookmark says when the state is complete. */
  readonly marksState: boolean;
  /** Bookmarks from time to time. */
  readonly marks: boolean;
}

/** What a watch sends once its line is open; resolves once it has caught up. */
type Telling = (line: Line) => Promise<void> | void;

const beginningOf = ({ resourceVersion, sendInitialEvents, bookmarks }: ListOptions): Beginning => {
  // 0 is any state there is.
  const position = resourceVersion || undefined;
  const state = sendInitialEvents ?? position === undefined;
  return { state, position, marksState: sendInitialEvents === true, marks: bookmarks };
};

const named = (selection: Selection, { name, kind }: Target): Selection | Rejection => {
  if (name === '') return selection;
  const fields = parseFieldSelector(`metadata.name=${name}`, kind.selectable);
  return isRejection(fields) ? fields : { ...selection, fields, key: `${selection.key}\n${fields.text}` };
};

/** What was then does not change any more: its state, if asked for, and then nothing. */
const tellThen = async (
  when: string,
  interest: Interest,
  begin: Beginning,
  here: Here,
): Promise<Telling | Rejection> => {
  const position = await positionOf(when, here.log, here.clock.now());
  if (isRejection(position)) return position;
  const late = await here.reading.reached(position);
  if (late) return late;
  const found = await here.reading.at(interest.kind, interest.namespace, position);
  if (isRejection(found)) return found;
  return (line) => {
    if (begin.state) sendState(line, found.objects, interest);
    if (begin.marksState) line.send(bookmark(interest, position, true));
  };
};

const tellState = async (interest: Interest, begin: Beginning, here: Here): Promise<Telling | Rejection> => {
  const { reading, watchers, projection } = here;
  const { world } = projection;
  const { kind, namespace } = interest;
  const late = begin.position === undefined ? undefined : await reading.reached(begin.position);
  if (late) return late;
  return (line) => {
    sendState(line, world.list(kind.resource, namespace), interest);
    if (begin.marksState) line.send(bookmark(interest, world.position, true));
    line.onClose(watchers.join(interest, line));
  };
};

const tellChanges = (interest: Interest, begin: Beginning, here: Here): Telling | Rejection => {
  const { history, projection } = here;
  const from = begin.position ?? projection.world.position;
  if (from > projection.world.position) return (line) => followLater(line, interest, from, here);
  const replayed =
    history.since(interest.kind.resource, from) ??
    history.replay(interest.kind.resource, from, projection.world.position);
  return isRejection(replayed) ? replayed : (line) => follow(line, interest, from, here);
};

const tellingOf = (when: string | undefined, interest: Interest, begin: Beginning, here: Here) => {
  if (when !== undefined) return tellThen(when, interest, begin, here);
  return begin.state ? tellState(interest, begin, here) : tellChanges(interest, begin, here);
};

const endAfter = (line: Line, ms: number, last: () => void, { clock }: Here) => {
  const timer = clock.setTimeout(() => {
    last();
    line.end();
  }, ms);
  line.onClose(() => clock.clearTimeout(timer));
};

/** What a watch reads of its request. */
export type Watched = Pick<Visit, 'request' | 'query' | 'when'>;

/** Tells a line every change of a collection, or of one object, as it happens; `open` opens it once nothing is wrong. */
export const watchOn = async (
  visit: Watched,
  target: Target,
  here: Here,
  open: () => Line | Promise<Line>,
): Promise<Streamed | Rejection> => {
  const { kind, namespace } = target;
  const shown = shownTo(visit, kind, here, { formats: ['json'], transforms: true });
  if (isRejection(shown)) return shown;
  const options = listOptionsOf(kind, visit.query, true);
  if (isRejection(options)) return options;
  const selection = named(options.selection, target);
  if (isRejection(selection)) return selection;
  if (here.watchers.count >= watchersMax) return tooManyRequests('Too many watches, please try again later.', 1);

  const interest: Interest = { kind, namespace, selection, view: shown.view };
  const begin = beginningOf(options);
  const telling = await tellingOf(visit.when, interest, begin, here);
  if (isRejection(telling)) return telling;

  const line = await open();
  const marking = { ...here, world: here.projection.world };
  const marks = begin.marks && visit.when === undefined;
  let caughtUp = false;
  const spread = (here.chance.bytes(1)[0] ?? 0) / 256;
  const ms = options.timeoutSeconds > 0 ? options.timeoutSeconds * 1_000 : timeoutMsMin + spread * timeoutMsSpread;
  endAfter(line, ms, () => marks && caughtUp && mark(line, interest, marking), here);
  await telling(line);
  caughtUp = true;
  if (marks) keepMarking(line, interest, marking);
  return streamed;
};

/** {@link watchOn} an HTTP answer that does not end. */
export const watch: Verb = (visit, target, here) => watchOn(visit, target, here, () => httpLine(visit.response));

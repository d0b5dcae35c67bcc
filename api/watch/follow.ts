import type { ApiObject } from '../../kinds/object.ts';
import { isRejection } from '../../kinds/rejection.ts';
import type { History } from '../../projections/history.ts';
import type { Change, Projection } from '../../projections/world.ts';
import { selects } from '../list-options.ts';
import { batchOf, eventBytes } from './batch.ts';
import { judge } from './judge.ts';
import type { Line } from './sink.ts';
import type { Interest, Watchers } from './watchers.ts';

/** Changes that are sent at once when they are read from the log. */
const replayedMax = 256;

const sendChanges = (line: Line, changes: readonly Change[], { selection, view }: Interest) => {
  const events: Buffer[] = [];
  for (const change of changes) {
    const verdict = judge(selection, change);
    if (!verdict) continue;
    const first = line.fresh && events.length === 0;
    events.push(eventBytes(verdict.type, view.part(verdict.object, first)));
  }
  if (events.length > 0) line.send(batchOf(events));
};

/** Tells what is there, each object as ADDED. */
export const sendState = (line: Line, objects: readonly ApiObject[], { selection, view }: Interest): void => {
  const wanted = selection.key === '' ? objects : objects.filter((object) => selects(selection, object));
  if (wanted.length > 0) line.send(batchOf(wanted.map((object, i) => eventBytes('ADDED', view.part(object, i === 0)))));
};

const sendReplayed = async (line: Line, replayed: AsyncIterable<Change>, interest: Interest): Promise<void> => {
  let some: Change[] = [];
  for await (const change of replayed) {
    some.push(change);
    if (some.length < replayedMax) continue;
    sendChanges(line, some, interest);
    some = [];
    await line.drained();
    if (line.closed) return;
  }
  sendChanges(line, some, interest);
};

/** What changes come from. */
export interface Stream {
  readonly projection: Projection;
  readonly history: History;
  readonly watchers: Watchers;
}

/**
 * Tells the line every change after `position`, from the log as far as memory does not reach, and from then on whatever
 * happens. Resolves once it does.
 */
export const follow = async (line: Line, interest: Interest, position: number, stream: Stream): Promise<void> => {
  const { projection, history, watchers } = stream;
  const { resource } = interest.kind;
  let from = position;
  let recent = history.since(resource, from);
  while (recent === undefined && !line.closed) {
    const to = projection.world.position;
    const replayed = history.replay(resource, from, to);
    // Retention has let go of it meanwhile: the client resumes, and is told so.
    if (isRejection(replayed)) return line.end();
    await sendReplayed(line, replayed, interest);
    from = to;
    recent = history.since(resource, from);
  }
  if (line.closed) return;
  // Nothing is awaited from here on, so nothing happens between the last change of the past and the first to come.
  sendChanges(line, recent ?? [], interest);
  line.onClose(watchers.join(interest, line));
};

/** {@link follow}, once the World has got to a position that is still to come. */
export const followLater = (line: Line, interest: Interest, position: number, stream: Stream): Promise<void> =>
  new Promise((resolve, reject) => {
    const subscription = stream.projection.changes.subscribe((change) => {
      if (change.position < position) return;
      subscription.unsubscribe();
      follow(line, interest, position, stream).then(resolve, reject);
    });
    line.onClose(() => {
      subscription.unsubscribe();
      resolve();
    });
  });

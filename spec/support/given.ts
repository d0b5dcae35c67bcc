import { expect } from 'chai';
import { draftOf } from '../../commands/draft.ts';
import type { Event, Recorded } from '../../events/event.ts';
import type { Command } from '../../kinds/command.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { ApiObject } from '../../kinds/object.ts';
import { isRejection } from '../../kinds/rejection.ts';
import { epochMs } from './clock.ts';

/** An event with whatever it says beside its type. */
export type Fact = Event & Readonly<Record<string, unknown>>;
/** A command without what the door adds. */
export type Asked = Pick<Command, 'type'> & Readonly<Record<string, unknown>>;

const origin = {
  command: 'given',
  by: { user: 'alice', groups: [] },
  via: 'api',
  manager: 'spec',
  causes: [],
};

/** Names what the story is about: `web` in `default` for namespaced kinds. */
const refOfKind = (kind: Kind) => ({
  resource: kind.resource,
  namespace: kind.namespaced ? 'default' : '',
  name: 'web',
});

/** The object that a history leaves; positions count from 1. */
export const after = (kind: Kind, ...history: readonly Fact[]): ApiObject | undefined =>
  history.reduce<ApiObject | undefined>((object, event, i) => {
    const recorded: Recorded = { ref: refOfKind(kind), event, position: i + 1, revision: i, at: epochMs, origin };
    return kind.evolve(object, recorded);
  }, undefined);

/** The first event of most stories: the object as it is when little is said of it. */
export const created = (kind: Kind, content: Readonly<Record<string, unknown>> = {}): Fact => {
  const { metadata, ...rest } = content;
  const { resource: _r, namespace, name } = refOfKind(kind);
  const object = {
    metadata: {
      name,
      ...(namespace !== '' && { namespace }),
      uid: 'uid-1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(kind.generation && { generation: 1 }),
      ...(metadata as object | undefined),
    },
    ...rest,
  };
  return { type: 'Created', object };
};

/**
 * `given(kind, ...history).when(command)` then `.records(...events)`, `.refuses(reason, message)`, or `.leaves(check)` on what the
 * events make of it. The command is drafted as the door does it; it comes at 2026-01-01T00:00:00Z with the id `c1`.
 */
export const given = (kind: Kind, ...history: readonly Fact[]) => ({
  when: (asked: Asked) => {
    const before = after(kind, ...history);
    const { command: _c, ...who } = origin;
    const command: Command = { id: 'c1', at: epochMs, ref: refOfKind(kind), ...who, ...asked };
    const draft = draftOf(kind, before, command, 0);
    const decision = isRejection(draft) ? draft : kind.decide(before, draft);
    return {
      // Through JSON, as the log takes it: what gets lost on the way was never recorded.
      records: (...events: readonly Fact[]) => expect(JSON.parse(JSON.stringify(decision))).to.deep.equal(events),
      refuses: (rejected: string, message: string) => {
        expect(isRejection(decision), JSON.stringify(decision)).to.equal(true);
        expect(decision).to.include({ rejected, message });
      },
      leaves: (check: (object: ApiObject | undefined) => void) => {
        expect(isRejection(decision), JSON.stringify(decision)).to.equal(false);
        check(after(kind, ...history, ...(decision as readonly Fact[])));
      },
    };
  },
});

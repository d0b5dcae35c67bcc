import { filter, firstValueFrom, map, scan } from 'rxjs';
import type { Container, Sandbox } from '../../runtime-agent/container.ts';
import type { Observation, Runtime } from '../../runtime-agent/runtime.ts';

/** What a node shows at one moment, by id. */
export interface NodeView {
  readonly sandboxes: ReadonlyMap<string, Sandbox>;
  readonly containers: ReadonlyMap<string, Container>;
  readonly lost: string | undefined;
}

const nothing: NodeView = { sandboxes: new Map(), containers: new Map(), lost: undefined };

const byId = <T extends { readonly id: string }>(list: Iterable<T>) =>
  new Map(Array.from(list, (one) => [one.id, one]));

const without = <T>(all: ReadonlyMap<string, T>, id: string) => new Map([...all].filter(([key]) => key !== id));

export const viewAfter = (view: NodeView, observation: Observation): NodeView => {
  switch (observation.type) {
    case 'Listed':
      return { sandboxes: byId(observation.sandboxes), containers: byId(observation.containers), lost: undefined };
    case 'SandboxSeen':
      return { ...view, sandboxes: new Map(view.sandboxes).set(observation.sandbox.id, observation.sandbox) };
    case 'ContainerSeen':
      return { ...view, containers: new Map(view.containers).set(observation.container.id, observation.container) };
    case 'Removed':
      return {
        ...view,
        sandboxes: without(view.sandboxes, observation.id),
        containers: without(view.containers, observation.id),
      };
    case 'Lost':
      return { ...view, lost: observation.reason };
  }
};

/** Waits until the node shows something: what `pick` finds in its view. */
export const shown = <T>(runtime: Runtime, pick: (view: NodeView) => T | undefined | false): Promise<T> =>
  firstValueFrom(
    runtime.observe().pipe(
      scan(viewAfter, nothing),
      map(pick),
      filter((found): found is Exclude<T, false> => found !== undefined && found !== false),
    ),
  );

import { Observable, Subject } from 'rxjs';
import type { Container, ContainerSpec, PodIdentity, Sandbox } from '../container.ts';
import { type Observation, RuntimeFailure } from '../runtime.ts';
import type { SimulatedProcess } from './process.ts';

export interface Simulated {
  shown: Container;
  readonly spec: ContainerSpec;
  /** Once it was started. */
  process?: SimulatedProcess;
}

/** All that a simulated node has, and who is told when it changes. */
export interface State {
  readonly sandboxes: ReadonlyMap<string, Sandbox>;
  readonly containers: ReadonlyMap<string, Simulated>;
  nextId(): string;
  /** Throws `Unavailable` while the runtime is lost. */
  answer(): void;
  showSandbox(sandbox: Sandbox): void;
  addContainer(container: Simulated): void;
  changeContainer(id: string, change: Partial<Container>): void;
  removeSandbox(id: string): void;
  removeContainer(id: string): void;
  containersIn(sandboxId: string): readonly Simulated[];
  /** Throws `NotFound`. */
  containerAt(id: string): Simulated;
  observe(): Observable<Observation>;
  lose(reason: string): void;
  recover(): void;
}

/** Throws `Conflict` when one of them is the same attempt of the same pod. */
export const refuseTwice = (
  what: string,
  { pod, attempt }: { readonly pod: PodIdentity; readonly attempt: number },
  others: Iterable<{ readonly pod: PodIdentity; readonly attempt: number }>,
): void => {
  for (const other of others) {
    if (other.pod.uid === pod.uid && other.attempt === attempt) {
      throw new RuntimeFailure('Conflict', `Pod "${pod.name}" has a ${what} of attempt ${attempt} already`);
    }
  }
};

export const simulatedState = (node: string): State => {
  const sandboxes = new Map<string, Sandbox>();
  const containers = new Map<string, Simulated>();
  const changes = new Subject<Observation>();
  let made = 0;
  let lost: string | undefined;

  const tell = (observation: Observation) => {
    if (lost === undefined) changes.next(observation);
  };
  const now = (): Observation =>
    lost === undefined
      ? {
          type: 'Listed',
          sandboxes: [...sandboxes.values()],
          containers: Array.from(containers.values(), ({ shown }) => shown),
        }
      : { type: 'Lost', reason: lost };

  return {
    sandboxes,
    containers,
    nextId: () => `${node}-${++made}`,
    answer() {
      if (lost !== undefined) throw new RuntimeFailure('Unavailable', lost);
    },
    showSandbox(sandbox) {
      sandboxes.set(sandbox.id, sandbox);
      tell({ type: 'SandboxSeen', sandbox });
    },
    addContainer(container) {
      containers.set(container.shown.id, container);
      tell({ type: 'ContainerSeen', container: container.shown });
    },
    changeContainer(id, change) {
      const container = containers.get(id);
      if (!container) return;
      container.shown = { ...container.shown, ...change };
      tell({ type: 'ContainerSeen', container: container.shown });
    },
    removeSandbox(id) {
      if (sandboxes.delete(id)) tell({ type: 'Removed', id });
    },
    removeContainer(id) {
      if (containers.delete(id)) tell({ type: 'Removed', id });
    },
    containersIn: (sandboxId) => [...containers.values()].filter(({ shown }) => shown.sandboxId === sandboxId),
    containerAt(id) {
      const container = containers.get(id);
      if (!container) throw new RuntimeFailure('NotFound', `No such container: ${id}`);
      return container;
    },
    observe: () =>
      new Observable((subscriber) => {
        subscriber.next(now());
        return changes.subscribe(subscriber);
      }),
    lose(reason) {
      lost = reason;
      changes.next(now());
    },
    recover() {
      lost = undefined;
      changes.next(now());
    },
  };
};

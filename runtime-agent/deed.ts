import type { Container as ContainerSpec, PodStatus } from '../kinds/schema/api/core-v1.ts';
import type { PodOf } from './pod.ts';

/** Something a node does that takes time: begun by a plan, and known by its name to the plans that follow. */
export interface Deed {
  readonly state: 'underWay' | 'done' | 'failed';
  /** When it began or ended, ms since the Unix epoch. */
  readonly at: number;
  /** Failures in a row; 0 unless failed. */
  readonly failures: number;
  /** As a container's waiting reason, once failed: `ErrImagePull`, `CreateContainerConfigError`. */
  readonly reason?: string;
  /** Why it failed, for people; what it found, for a deed that looks something up. */
  readonly message?: string;
}

/** What a plan may ask for. Every one but `report` and `confirm` is a {@link Deed}, named by {@link nameOf}. */
export type Step =
  /** Makes the pod's folders and fills its volumes. */
  | { readonly do: 'volumes'; readonly pod: PodOf }
  /** Brings volumes that follow an object up to date. */
  | { readonly do: 'refresh'; readonly pod: PodOf }
  | { readonly do: 'sandbox'; readonly pod: PodOf; readonly attempt: number }
  | { readonly do: 'stopSandbox'; readonly pod: PodOf; readonly id: string }
  | { readonly do: 'pull'; readonly pod: PodOf; readonly container: ContainerSpec; readonly attempt: number }
  | {
      readonly do: 'start';
      readonly pod: PodOf;
      readonly container: ContainerSpec;
      readonly sandboxId: string;
      readonly ip: string;
      readonly attempt: number;
      /** How many times in a row it ended soon; the next start waits accordingly. */
      readonly crashes: number;
    }
  /** Runs preStop, asks to end, kills after the grace. */
  | {
      readonly do: 'stop';
      readonly pod: PodOf;
      readonly container: ContainerSpec | undefined;
      readonly id: string;
      /** The grace that was asked for, in seconds: a shorter one later is another deed. */
      readonly grace: number;
      /** What is left of it now. */
      readonly graceMs: number;
      /** Whether its preStop hook is still to be run. */
      readonly hook: boolean;
      readonly why: string;
    }
  | { readonly do: 'removeContainer'; readonly pod: PodOf; readonly id: string }
  | { readonly do: 'removeSandbox'; readonly pod: PodOf; readonly id: string }
  /** Reads what a container left as its last words. */
  | {
      readonly do: 'lastWords';
      readonly pod: PodOf;
      readonly container: ContainerSpec;
      readonly id: string;
      readonly failed: boolean;
    }
  /** Removes all that is left of a pod: sandboxes, containers, folders. */
  | {
      readonly do: 'remove';
      readonly pod: PodOf;
      readonly sandboxIds: readonly string[];
      readonly containerIds: readonly string[];
    }
  | { readonly do: 'report'; readonly pod: PodOf; readonly status: PodStatus }
  /** Nothing is left: the object may go. */
  | { readonly do: 'confirm'; readonly pod: PodOf };

/** The deed's name among its pod's; one of a name is under way at a time. */
export const nameOf = (step: Step): string => {
  switch (step.do) {
    case 'pull':
    case 'start':
      return `${step.do}/${step.container.name}/${step.attempt}`;
    case 'sandbox':
      return `sandbox/${step.attempt}`;
    case 'stop':
      return `stop/${step.id}/${step.grace}`;
    case 'stopSandbox':
    case 'removeContainer':
    case 'removeSandbox':
    case 'lastWords':
      return `${step.do}/${step.id}`;
    default:
      return step.do;
  }
};

/** Why a deed failed, as the API shows it. */
export class DeedFailed extends Error {
  override readonly name = 'DeedFailed';
  /** A waiting reason or an event's reason. */
  readonly reason: string;
  constructor(reason: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

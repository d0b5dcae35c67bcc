import type { ContainerSpec, Sandbox } from '../container.ts';
import type { RuntimeFailure } from '../runtime.ts';

/** What a simulated process does. Nothing said: it writes nothing, runs until it is told to end, and does so at once with code 0. */
export interface Program {
  /** What it writes and when, in ms after its start; earliest first. */
  readonly writes?: readonly { readonly afterMs: number; readonly to: 'stdout' | 'stderr'; readonly text: string }[];
  /** Ends by itself so long after its start. */
  readonly ends?: { readonly afterMs: number; readonly code: number; readonly oomKilled?: boolean };
  /** Written to standard output when it is told to end. */
  readonly lastWords?: string;
  /** Does not end when asked to, so that it is killed. */
  readonly ignoresStop?: boolean;
  /** Writes what it reads, and ends with code 0 when there is no more. Of commands run in a container only. */
  readonly echoes?: boolean;
  /** Cannot be started, for this reason. */
  readonly fails?: string;
}

/** What a simulated node is like. Everything left out is the friendliest there is. */
export interface Behaviour {
  /** What a container does; asked once per start. */
  readonly container?: (spec: ContainerSpec) => Program;
  /** What a command run in a container does. Left out: it ends at once with code 0. */
  readonly command?: (command: readonly string[], spec: ContainerSpec) => Program;
  /** How an image cannot be pulled; undefined when it can. */
  readonly pull?: (reference: string) => RuntimeFailure | undefined;
  /** The HTTP status that a port answers with; undefined when nothing listens there. Left out: 200 on every port. */
  readonly http?: (sandbox: Sandbox, port: number) => number | undefined;
}

/** One piece of what a process wrote. */
export interface Written {
  readonly at: number;
  readonly to: 'stdout' | 'stderr';
  readonly text: string;
}

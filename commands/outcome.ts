import type { Recorded } from '../events/event.ts';
import type { Command } from '../kinds/command.ts';
import type { ApiObject } from '../kinds/object.ts';
import type { Rejection } from '../kinds/rejection.ts';

/** A command that was carried out. */
export interface Done {
  /** The object as it is now; for a deletion, as it last was. */
  readonly object: ApiObject;
  /** The object is gone. */
  readonly gone: boolean;
  /** What was recorded: empty when it was so already, or on a dry run. */
  readonly events: readonly Recorded[];
  /** What the caller should hear though it worked; empty mostly. */
  readonly warnings: readonly string[];
}

/** What a command came to, or why it was refused. A refused command leaves no event of the object. */
export type Outcome = Done | Rejection;

/** The one door: HTTP, controllers and agents all change the World through it. Rejects only when the log cannot be reached. */
export type Submit = (command: Command) => Promise<Outcome>;

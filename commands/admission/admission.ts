import type { Command } from '../../kinds/command.ts';
import type { Kind } from '../../kinds/kind.ts';
import type { ApiObject } from '../../kinds/object.ts';
import type { Rejection } from '../../kinds/rejection.ts';
import type { World } from '../../projections/world.ts';

/** What is asked, seen against what is there. */
export interface Review {
  readonly command: Command;
  readonly kind: Kind;
  readonly before: ApiObject | undefined;
  /** What the object would become; absent for a deletion. */
  readonly object: ApiObject | undefined;
  readonly subresource: string;
  readonly world: World;
}

/** One gate: the object, perhaps completed, or a refusal. Pure, so that a dry run asks the same gates. */
export interface Admission {
  readonly name: string;
  readonly admit: (review: Review) => ApiObject | undefined | Rejection;
}

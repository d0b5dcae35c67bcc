import type { ApiObject } from '../../kinds/object.ts';
import type { Rejection } from '../../kinds/rejection.ts';
import type { Review } from '../admission/admission.ts';
import type { Submit } from '../outcome.ts';

/** What an object needs to itself is claimed for it. */
export interface Held {
  /** The object, with what it was given filled in. */
  readonly object: ApiObject;
  /** Gives back what was claimed for this command: it came to nothing. */
  readonly release: () => Promise<void>;
}

/**
 * Makes exact what objects of a kind compete for: before the object is recorded, everything it must have to itself is
 * claimed, one stream each. A command that dies in between leaves claims that nobody holds; a controller frees those.
 */
export interface Reservation {
  /** Of which resource: `services`. */
  readonly resource: string;
  /** The object with something in place of what it will be given, so that it can be judged before anything is claimed. */
  readonly provisional: (object: ApiObject) => ApiObject;
  /** On a dry run nothing is claimed, but the answer is the same. */
  readonly reserve: (review: Review, submit: Submit) => Promise<Held | Rejection>;
}

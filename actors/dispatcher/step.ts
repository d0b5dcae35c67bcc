import type { Recorded } from '../../events/event.ts';
import type { Seen } from '../controller.ts';

/** A step of the World and the event behind it; what is there at start comes without one. */
export type Step = Seen & { readonly recorded?: Recorded };

import type { Observable } from 'rxjs';
import type { Call, Ending, Want } from '../commands/link/messages.ts';
import type { Reading } from '../commands/orders/orders.ts';
import type { Wish } from '../kinds/command.ts';
import type { Rejection } from '../kinds/rejection.ts';
import type { CallStreams } from './call-streams.ts';

/** A call from a client of the API, on its way to a container. */
export interface Incoming {
  readonly asked: Call;
  readonly streams: CallStreams;
  /** The streams are ready to be used on this end. */
  began(): void;
  /** It is over; ends what is still open. */
  ended(ending: Ending): void;
}

/** What an agent knows of the control plane. It may be away for hours: nothing here waits for it but `fetch`. */
export interface ControlPlane {
  /** Orders that stand, then `AllRead`, then each new one; the same again whenever the connection came back. Never errors. */
  readings(): Observable<Reading>;
  /**
   * Tells the control plane something until it has answered, across lost connections. A newer word under the same key takes
   * the place of one that was not answered yet. `answered` hears how the door took it.
   */
  tell(key: string, wish: Wish, answered?: (rejection: Rejection | undefined) => void): void;
  /** Asks for an object that a pod on this node needs. Rejects when the control plane does not answer in time. */
  fetch(want: Want): Promise<unknown>;
  calls(): Observable<Incoming>;
  close(): Promise<void>;
}

/** The control plane has refused, or did not answer. */
export class FetchFailed extends Error {
  override readonly name = 'FetchFailed';
  readonly rejection: Rejection | undefined;
  constructor(message: string, rejection?: Rejection) {
    super(message);
    this.rejection = rejection;
  }
}

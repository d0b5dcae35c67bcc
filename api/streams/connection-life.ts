import type { Duplex } from 'node:stream';
import type { Clock } from '../../events/clock.ts';

/** A connection on which nothing moves this long is cut, as a kubelet's `streamingConnectionIdleTimeout` does. */
export const idleMsMax = 4 * 3_600_000;
/** So long a client may take to close its end after we closed ours. */
const lingerMs = 10_000;

/** Cuts the connection when {@link touch} was not called for {@link idleMsMax}. */
export interface Idle {
  touch(): void;
  stop(): void;
  /** Set once it cut the connection. */
  failure(): Error | undefined;
}

export const watchIdle = (clock: Clock, connection: Duplex): Idle => {
  let touched = clock.now();
  let failure: Error | undefined;
  let timer: unknown;
  const arm = () => {
    timer = clock.setTimeout(
      () => {
        if (clock.now() - touched < idleMsMax) return arm();
        failure = new Error('Nothing moved on the connection for 4 hours');
        connection.destroy();
      },
      touched + idleMsMax - clock.now(),
    );
  };
  arm();
  return {
    touch: () => {
      touched = clock.now();
    },
    stop: () => clock.clearTimeout(timer),
    failure: () => failure,
  };
};

/**
 * Ends a connection so that the client reads all that was written: its end stays open, and what it still sends is
 * dropped, because closing over unread bytes would reset the connection and lose what is on its way.
 */
export const closeGently = (clock: Clock, connection: Duplex): void => {
  if (connection.destroyed) return;
  connection.end();
  const timer = clock.setTimeout(() => connection.destroy(), lingerMs);
  connection.once('close', () => clock.clearTimeout(timer));
};

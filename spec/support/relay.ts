import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server on this machine that a spec can break. */
export interface Relay {
  readonly port: number;
  /** Breaks every connection; new ones are made as before. */
  cut(): void;
  /** From now on nothing comes back from the server, and new connections are broken at once. */
  deafen(): void;
  /** All is well again, for new connections. */
  mend(): void;
  close(): Promise<void>;
}

/** Carries bytes to a port of 127.0.0.1 and back. */
export const openRelay = async (to: number): Promise<Relay> => {
  const pairs = new Set<readonly [Socket, Socket]>();
  let deaf = false;
  const server = createServer((near) => {
    if (deaf) return void near.destroy();
    const far = connect(to, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    near.pipe(far);
    far.pipe(near);
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const [near, far] of pairs) for (const socket of [near, far]) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port, // a TCP server has a port
    cut,
    deafen: () => {
      deaf = true;
      for (const [near, far] of pairs) far.unpipe(near).resume();
    },
    mend: () => {
      deaf = false;
    },
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Call, Target } from '../commands/link/messages.ts';
import { roomIn } from '../commands/link/pipe.ts';
import type { Container } from './container.ts';
import type { Incoming } from './control-plane.ts';
import type { NodeWorld } from './node-world.ts';
import { newestOf, shownId, statusNamed } from './runs.ts';
import { type Runtime, RuntimeFailure } from './runtime.ts';
import type { Execution, Streams } from './streams.ts';

type CallOf<Verb extends Call['verb']> = Extract<Call, { readonly verb: Verb }>;

const runningContainer = (world: NodeWorld, { podUid, container }: Target): Container => {
  const found = newestOf(world.seen(podUid).containers, container);
  if (found?.state === 'running') return found;
  throw new RuntimeFailure('NotFound', `container not found ("${container}")`);
};

/** Ends that a client left early are no failure. */
const flow = (from: Readable, to: Writable): Promise<void> =>
  pipeline(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE' && error.code !== 'ABORT_ERR') throw error;
  });

const limited = async (from: Readable, to: Writable, bytesMax: number): Promise<void> => {
  let left = bytesMax;
  for await (const chunk of from) {
    const bytes = (chunk as Buffer).subarray(0, left); // the port's streams carry bytes
    left -= bytes.length;
    if (!to.write(bytes)) await roomIn(to);
    if (left === 0 || to.destroyed) break;
  }
  from.destroy();
};

/** The container whose log is asked for. The texts are the kubelet's. */
const loggedContainer = (world: NodeWorld, { podUid, pod, container: name }: Target, previous: boolean): Container => {
  const { containers } = world.seen(podUid);
  const told = statusNamed(world.reported(podUid) ?? {}, name);
  if (previous) {
    const id = told?.lastState?.terminated?.containerID;
    const found = containers.find((one) => id === shownId(world, one));
    if (found) return found;
    throw new RuntimeFailure('NotFound', `previous terminated container "${name}" in pod "${pod}" not found`);
  }
  const newest = newestOf(containers, name);
  if (newest && newest.state !== 'created') return newest;
  const { reason = 'ContainerCreating' } = told?.state?.waiting ?? {};
  const why = /^(ErrImage|ImagePull)/.test(reason) ? 'trying and failing to pull image' : reason;
  throw new RuntimeFailure('Conflict', `container "${name}" in pod "${pod}" is waiting to start: ${why}`);
};

const logs = async (runtime: Runtime, world: NodeWorld, asked: CallOf<'logs'>, { streams, began, ended }: Incoming) => {
  const { target, follow, previous, timestamps, tailLines, limitBytes, since } = asked;
  const container = loggedContainer(world, target, previous);
  const stream = await runtime.logs(container.id, {
    stdout: true,
    stderr: true,
    follow: follow && container.state === 'running',
    timestamps,
    ...(tailLines !== undefined && { tailLines }),
    ...(since !== undefined && { since: Date.parse(since) }),
  });
  began();
  void streams.hungUp.then(() => stream.destroy());
  if (limitBytes !== undefined) await limited(stream, streams.stdout, limitBytes);
  else await flow(stream, streams.stdout);
  ended({});
};

const join = (from: Streams, { streams }: Incoming): Promise<unknown> => {
  streams.resizes.subscribe((size) => {
    // A terminal that is gone needs no size.
    from.resize(size).catch(() => undefined);
  });
  // A process that ends, or closes its input, takes no more: how it ended says all there is to say.
  if (from.stdin) flow(streams.stdin, from.stdin).catch(() => undefined);
  return Promise.all([flow(from.stdout, streams.stdout), from.stderr ? flow(from.stderr, streams.stderr) : undefined]);
};

const exec = async (runtime: Runtime, world: NodeWorld, asked: CallOf<'exec'>, incoming: Incoming) => {
  const container = runningContainer(world, asked.target);
  const { command, stdin, tty } = asked;
  const execution: Execution = await runtime.exec(container.id, { command, stdin, tty });
  incoming.began();
  void incoming.streams.hungUp.then(() => {
    execution.close();
    // It may have ended by itself meanwhile.
    return execution.kill().catch(() => undefined);
  });
  await join(execution, incoming);
  incoming.ended({ exitCode: await execution.exit() });
};

const attach = async (runtime: Runtime, world: NodeWorld, asked: CallOf<'attach'>, incoming: Incoming) => {
  const container = runningContainer(world, asked.target);
  const streams = await runtime.attach(container.id, { stdin: asked.stdin });
  incoming.began();
  void incoming.streams.hungUp.then(() => streams.close());
  await join(streams, incoming);
  incoming.ended({});
};

const portForward = async (
  runtime: Runtime,
  world: NodeWorld,
  { target, port }: CallOf<'portForward'>,
  { streams, began, ended }: Incoming,
) => {
  const sandbox = world.seen(target.podUid).sandboxes.findLast(({ state }) => state === 'running');
  if (!sandbox) throw new RuntimeFailure('NotFound', `pod ${target.pod} is not running`);
  const socket = await runtime.dial(sandbox, port);
  began();
  void streams.hungUp.then(() => socket.destroy());
  await Promise.all([flow(streams.stdin, socket), flow(socket, streams.stdout)]);
  ended({});
};

const answer = (runtime: Runtime, world: NodeWorld, incoming: Incoming): Promise<void> => {
  const { asked } = incoming;
  switch (asked.verb) {
    case 'logs':
      return logs(runtime, world, asked, incoming);
    case 'exec':
      return exec(runtime, world, asked, incoming);
    case 'attach':
      return attach(runtime, world, asked, incoming);
    case 'portForward':
      return portForward(runtime, world, asked, incoming);
  }
};

/** Answers a call from the API; whatever goes wrong is told to who called. */
export const answerCall = (runtime: Runtime, world: NodeWorld, incoming: Incoming): void => {
  answer(runtime, world, incoming).catch((error: unknown) =>
    incoming.ended({ error: error instanceof Error ? error.message : String(error) }),
  );
};

import type { Server } from 'node:https';
import { pipeline } from 'node:stream';
import type { Readable, Writable } from 'node:stream';
import { linkPath } from '../commands/link/messages.ts';
import { roomIn } from '../commands/link/pipe.ts';
import type { Identity } from '../events/event.ts';
import type { Pod } from '../kinds/pod.ts';
import { badRequest, internalError, isRejection, type Rejection, reject } from '../kinds/rejection.ts';
import { type Addressee, addresseeOf } from './agents/call-target.ts';
import type { ServerCall } from './agents/server-call.ts';
import { nodeOf } from './auth/authorize.ts';
import { flagOf } from './query.ts';
import { type Asking, askingOf } from './request-url.ts';
import type { Deeds, Routes } from './routes.ts';
import { acceptPortForward } from './streams/port-forward.ts';
import { acceptRemoteCommand, type RemoteCommand, wantedIn } from './streams/remote-command.ts';
import { refuseUpgrade, type Upgrade } from './streams/upgrade.ts';
import { watchOn } from './verbs/watch.ts';
import type { Here, Target } from './visit.ts';
import { webSocketLine } from './watch/websocket-line.ts';

interface Asked {
  readonly upgrade: Upgrade;
  readonly query: URLSearchParams;
  readonly target: Target;
  readonly here: Here;
}

const flow = (from: Readable | undefined, to: Writable | undefined): void => {
  // Either end may go away at any time: the call's own ending tells how it went.
  if (from && to) pipeline(from, to, () => undefined);
};

const notConnected = ({ node }: Addressee): Rejection =>
  internalError(`error dialing backend: node "${node}" is not connected`);

/** Moves the client's streams to the call and back until one of them ends. */
const join = async (client: RemoteCommand, call: ServerCall): Promise<void> => {
  void client.closed.then(() => call.hangUp());
  flow(client.stdin, call.stdin);
  const outputs = [
    [call.stdout, client.stdout],
    [call.stderr, client.stderr],
  ] as const;
  const drained = outputs.map(async ([from, to]) => {
    for await (const chunk of from) {
      if (to && !to.destroyed && !to.write(chunk)) await roomIn(to);
    }
  });
  void (async () => {
    for await (const size of client.resize ?? []) call.resize(size);
  })();
  const ending = await call.ended;
  await Promise.all(drained);
  await client.done(ending.error === undefined ? { exitCode: ending.exitCode ?? 0 } : { failed: ending.error });
};

const remoteCommand = async ({ upgrade, query, target, here }: Asked): Promise<void> => {
  const { namespace, name, subresource } = target;
  const found = addresseeOf(here.projection.world, namespace, name, query.get('container'));
  const wanted = wantedIn(query);
  const command = query.getAll('command');
  const wrong =
    [found, wanted].find(isRejection) ??
    (subresource === 'exec' && command.length === 0 ? badRequest('you must specify at least 1 command') : undefined);
  if (wrong || isRejection(found) || isRejection(wanted))
    return void refuseUpgrade(upgrade, wrong ?? badRequest('the request cannot be understood'));
  const common = { target: found.target, ...wanted };
  const call = here.links.call(
    found.node,
    subresource === 'exec' ? { verb: 'exec', command, ...common } : { verb: 'attach', ...common },
  );
  if (!call) return void refuseUpgrade(upgrade, notConnected(found));
  const first = await Promise.race([call.began.then(() => undefined), call.ended]);
  if (first?.error !== undefined) return void refuseUpgrade(upgrade, badRequest(first.error));
  const client = await acceptRemoteCommand(upgrade, wanted, here.clock);
  if (isRejection(client)) return call.hangUp();
  await join(client, call);
};

const portForward = async ({ upgrade, target, here }: Asked): Promise<void> => {
  const { world } = here.projection;
  const { namespace, name } = target;
  // A connection goes to the pod, so any of its containers will do.
  const pod = world.get<Pod>({ resource: 'pods', namespace, name });
  const found = addresseeOf(world, namespace, name, pod?.spec.containers[0]?.name ?? null);
  if (isRejection(found)) return void refuseUpgrade(upgrade, found);
  const accepted = await acceptPortForward(
    upgrade,
    ({ port, data, fail }) => {
      const call = here.links.call(found.node, { verb: 'portForward', target: found.target, port });
      if (!call) return fail(notConnected(found).message);
      flow(data, call.stdin);
      flow(call.stdout, data);
      call.stderr.resume();
      data.on('close', () => call.hangUp());
      void call.ended.then(({ error }) => {
        if (error !== undefined) fail(error);
      });
    },
    here.clock,
  );
  if (!isRejection(accepted)) await accepted.closed;
};

const verbs: Readonly<Record<string, (asked: Asked) => Promise<void>>> = {
  exec: remoteCommand,
  attach: remoteCommand,
  portforward: portForward,
};

const isWatch = (deeds: Deeds, { query }: Asking): boolean =>
  deeds['GET']?.verb === 'watch' || (deeds['WATCH'] !== undefined && flagOf(query, 'watch'));

/** A watch over a WebSocket, as browsers open one. */
const watchUpgraded = async (upgrade: Upgrade, who: Identity, asking: Asking, target: Target, here: Here) => {
  const { kind, namespace, name } = target;
  const asked = { verb: 'watch', resource: kind.resource, subresource: '', namespace, name };
  const refused = here.authorize(who, asked);
  if (refused) return void refuseUpgrade(upgrade, refused);
  const { request } = upgrade;
  const told = await watchOn({ ...asking, request }, target, here, () => webSocketLine(upgrade));
  if (isRejection(told)) refuseUpgrade(upgrade, told);
};

const joinAgent = (upgrade: Upgrade, who: Identity, here: Here): void => {
  const node = nodeOf(who);
  if (node === undefined) {
    refuseUpgrade(
      upgrade,
      reject('Forbidden', `forbidden: User "${who.user}" is no node, and only agents use ${linkPath}`),
    );
  } else here.links.accept(upgrade, node, who);
};

/** Answers requests for a connection of their own: agents' links, exec, attach, port-forward. */
export const answerUpgrades = (server: Server, here: Here, routes: Routes): void => {
  const answer = async (upgrade: Upgrade): Promise<void> => {
    const { request } = upgrade;
    const who = await here.authenticate({ socket: request.socket, headers: request.headers });
    if (isRejection(who)) return void refuseUpgrade(upgrade, who);
    const asking = askingOf(request.url ?? '/');
    if (isRejection(asking)) return void refuseUpgrade(upgrade, asking);
    if (asking.path === linkPath) return joinAgent(upgrade, who, here);

    const destination = routes(asking.path);
    const target = destination && 'target' in destination ? destination.target : undefined;
    if (destination && 'target' in destination && isWatch(destination.deeds, asking))
      return watchUpgraded(upgrade, who, asking, destination.target, here);
    const verb = target && verbs[target.subresource];
    if (!target || !verb)
      return void refuseUpgrade(upgrade, badRequest('this path does not answer with a connection of its own'));
    const { kind, namespace, name, subresource } = target;
    const refused = here.authorize(who, {
      verb: request.method === 'GET' ? 'get' : 'create',
      resource: kind.resource,
      subresource,
      namespace,
      name,
    });
    if (refused) return void refuseUpgrade(upgrade, refused);
    return verb({ upgrade, query: asking.query, target, here });
  };

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    answer({ request, socket, head }).catch((error: unknown) => {
      here.report({ what: `${request.method} ${request.url}`, error });
      socket.destroy();
    });
  });
};

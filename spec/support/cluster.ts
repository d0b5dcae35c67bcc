import { expect } from 'chai';
import type { Failure } from '../../actors/run.ts';
import { type Controllers, startControllers } from '../../actors/start.ts';
import { memoryOrders } from '../../commands/orders/memory.ts';
import type { Orders } from '../../commands/orders/orders.ts';
import type { Recorded, Ref } from '../../events/event.ts';
import { memoryLog } from '../../events/memory.ts';
import type { Command } from '../../kinds/command.ts';
import { kinds } from '../../kinds/index.ts';
import type { Deployment } from '../../kinds/deployment.ts';
import { isFinished, type Pod } from '../../kinds/pod.ts';
import type { ReplicaSet } from '../../kinds/replica-set.ts';
import { settled, virtualClock } from './clock.ts';
import { accepted, type Asking, type Door, type Manifest, openDoor } from './door.ts';
import { type NodeSpec, simulateNode } from './simulated-node.ts';

/** How finely virtual time is cut while a cluster lives: what falls due within one slice happens in its order. */
const sliceMs = 100;
/** How many turns of the event loop without an event count as quiet. */
const quietTurns = 4;
const turnsMax = 20_000;

const nodeDefaults = { cpu: '4', memory: '8Gi', pods: '110', labels: {}, startMs: 300, stopMs: 200 };

/** One life of the control plane. */
interface Life {
  readonly door: Door;
  readonly orders: Orders;
  readonly controllers: Controllers;
}

/**
 * A whole cluster in this process, on virtual time: every controller, and nodes that run nothing. Nothing happens unless time
 * passes or a spec settles it. `lagOf`: how long a controller's command is on its way to the door, in ms.
 */
export const openCluster = async (
  nodeSpecs: readonly (Partial<NodeSpec> & { readonly name: string })[],
  lagOf?: (command: Command) => number,
) => {
  const clock = virtualClock();
  const log = memoryLog(clock);
  const failures: Failure[] = [];
  const nodes = nodeSpecs.map((spec, i) => simulateNode({ ...nodeDefaults, subnet: `10.244.${i}`, ...spec }, clock));

  const live = (): Life => {
    const door = openDoor(clock, log);
    const { projection, shows, submit } = door;
    const orders = memoryOrders();
    const controllers = startControllers({
      kinds,
      projection,
      shows,
      submit: async (command) => {
        const lag = lagOf?.(command) ?? 0;
        if (lag > 0) await new Promise<void>((resolve) => void clock.setTimeout(() => resolve(), lag));
        return submit(command);
      },
      orders,
      clock,
      apiServer: { address: '192.0.2.10', port: 6_443, serviceCidr: '10.96.0.0/16' },
      authority: 'PEM',
      report: (failure) => failures.push(failure),
    });
    for (const node of nodes) node.connect({ orders, heard: controllers.heard });
    return { door, orders, controllers };
  };
  let life = live();
  // A key whose command is on its way stays busy until time passes.
  const slow = lagOf !== undefined;

  /** Lets everything happen that can happen without time passing. */
  const settle = async () => {
    let head = -1;
    for (let turn = 0, quiet = 0; quiet < quietTurns; turn++) {
      if (turn === turnsMax) throw new Error(`The cluster does not settle: ${life.controllers.busy} keys are busy`);
      await settled();
      const now = life.door.world.position;
      const waits = slow ? false : life.controllers.busy > 0;
      quiet = now === head && !waits ? quiet + 1 : 0;
      head = now;
    }
  };
  const pass = async (ms: number) => {
    await settle();
    for (let left = ms; left > 0; left -= sliceMs) {
      clock.advance(Math.min(left, sliceMs));
      await settle();
    }
  };
  const refIn = (resource: string, name: string, namespace = 'default'): Ref => ({ resource, namespace, name });
  const pods = (namespace = 'default') => life.door.world.list<Pod>('pods', namespace);

  await pass(1_000);
  return {
    clock,
    log,
    nodes,
    failures,
    get world() {
      return life.door.world;
    },
    get door() {
      return life.door;
    },
    get orders() {
      return life.orders;
    },
    settle,
    /** Lets time pass, and all that falls due in it happen. */
    pass,
    /** Ends the control plane at once; its orders are lost, the log and the nodes are not. The next begins from the log. */
    restart: async () => {
      life.controllers.stop();
      life.door.close();
      for (const node of nodes) node.disconnect();
      life = live();
      await settle();
    },
    create: async (resource: string, object: Manifest, namespace = 'default') => {
      const made = await life.door.made(resource, namespace, object);
      await settle();
      return made;
    },
    ask: async (ref: Ref, asking: Asking) => accepted(await life.door.ask(ref, asking)),
    merge: async (ref: Ref, patch: unknown) => {
      const after = accepted(await life.door.merge(ref, patch));
      await settle();
      return after;
    },
    remove: async (ref: Ref, options: object = {}) => {
      const outcome = await life.door.remove(ref, options);
      await settle();
      return outcome;
    },
    pods,
    /** Pods that are neither over nor going. */
    active: (namespace?: string) =>
      pods(namespace).filter((pod) => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined),
    deployment: (name = 'web') =>
      life.door.world.get<Deployment>(refIn('deployments.apps', name)) ?? expect.fail(`no Deployment ${name}`),
    sets: () => life.door.world.list<ReplicaSet>('replicasets.apps', 'default'),
    story: (): Promise<readonly Recorded[]> => life.door.story(),
    stop: () => {
      life.controllers.stop();
      for (const node of nodes) node.disconnect();
    },
  };
};

export type Cluster = Awaited<ReturnType<typeof openCluster>>;

/** A Deployment as a user writes it. */
export const deploymentOf = (name: string, replicas: number, image: string, more: object = {}): Manifest => ({
  metadata: { name, labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image, ports: [{ name: 'http', containerPort: 80 }] }] },
    },
    ...more,
  },
});

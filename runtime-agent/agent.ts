import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '../actors/run.ts';
import { takeTurns } from '../actors/turns.ts';
import type { Reading } from '../commands/orders/orders.ts';
import type { Clock } from '../events/clock.ts';
import type { Create, ReportStatus, Wish } from '../kinds/command.ts';
import type { ApiObject } from '../kinds/object.ts';
import { answerCall } from './calls.ts';
import { checkWith } from './check.ts';
import type { ControlPlane } from './control-plane.ts';
import { type NodeFacts, nodeObject, nodeStatusOf } from './node-object.ts';
import { type NodeWorld, projectNode } from './node-world.ts';
import { tellUsersOf } from './notes.ts';
import type { PacketFilter } from './packet-filter/packet-filter.ts';
import { perform } from './perform.ts';
import { runPods } from './pods.ts';
import { runProbes } from './probes.ts';
import type { Runtime } from './runtime.ts';
import { type Network, serveServices } from './services.ts';
import { removeVolumes } from './volumes/volumes.ts';

/** What an agent is made of. */
export interface AgentParts {
  readonly runtime: Runtime;
  readonly filter: PacketFilter;
  readonly controlPlane: ControlPlane;
  readonly clock: Clock;
  readonly facts: NodeFacts;
  readonly network: () => Network;
  /** Its own folder, for volumes and the like. */
  readonly root: string;
  readonly log: (text: string) => void;
  readonly report: (failure: Failure) => void;
}

/** A node at work. */
export interface Agent {
  readonly world: NodeWorld;
  /** Stops working; what runs keeps running, rules stay. */
  stop(): Promise<void>;
}

/** Runs one node: registers it, reads its orders to the end, then brings pods and packet rules to them, until stopped. */
export const startAgent = async (parts: AgentParts): Promise<Agent> => {
  const { runtime, filter, controlPlane, clock, facts, network, root, log, report } = parts;
  await mkdir(root, { recursive: true, mode: 0o750 });
  await runtime.prepare(facts.podCIDR);

  const projection = projectNode({ node: facts.name, hostIP: facts.hostIP, runtime: facts.info.name });
  const { world } = projection;
  const tell = tellUsersOf(controlPlane, facts.name);
  const check = checkWith(runtime, clock);
  const services = serveServices({ filter, network, world, clock, warn: log });
  const capacity = { cpuMilli: facts.info.cpus * 1_000, memoryBytes: facts.info.memoryBytes };
  const tools = { runtime, world, clock, check, tell, capacity, root, controlPlane, services: services.all };
  const turns = takeTurns();
  let running: ReturnType<typeof runPods> | undefined;
  let reading = new Set<string>();

  const node = { resource: 'nodes', namespace: '', name: facts.name };
  let lost = '';
  const register = () => {
    const create: Wish<Create> = { type: 'Create', ref: node, object: nodeObject(facts) as ApiObject }; // the door adds what is missing
    const status: Wish<ReportStatus> = {
      type: 'ReportStatus',
      ref: node,
      status: nodeStatusOf(facts, clock.now(), lost),
    };
    controlPlane.tell('node', create, () => controlPlane.tell('node/status', status));
  };

  /** Folders of pods that nobody orders and of which nothing runs: left by an agent that ended while removing them. */
  const clearFolders = async () => {
    const left = await readdir(join(root, 'pods')).catch(() => []); // none before the first pod
    for (const uid of left) {
      const { sandboxes, containers } = world.seen(uid);
      if (!world.order(uid) && sandboxes.length + containers.length === 0) {
        await removeVolumes(root, uid).catch((error: Error) =>
          log(`cannot remove what is left of pod ${uid}: ${error.message}`),
        );
      }
    }
  };

  const allRead = () => {
    for (const uid of world.uids()) {
      if (reading.has(uid)) continue;
      if (world.order(uid)) projection.forgotten(uid);
      else log(`a pod runs here without an order: ${uid}; it is left alone`);
    }
    for (const { key } of services.all()) {
      if (!reading.has(key)) services.ordered({ type: 'Forget', node: facts.name, key, position: 0 });
    }
    reading = new Set();
    services.allRead();
    register();
    if (running) return;
    running = runPods({
      projection,
      controlPlane,
      perform: (step) => perform(tools, step),
      tell,
      clock,
      turns,
      report,
    });
    void clearFolders();
  };

  const obey = (order: Reading) => {
    switch (order.type) {
      case 'AllRead':
        return allRead();
      case 'RunPod':
      case 'StopPod':
        reading.add(order.pod.metadata.uid);
        return projection.ordered(order);
      case 'ServeService':
        reading.add(order.key);
        return services.ordered(order);
      case 'Forget':
        if (order.key.startsWith('service/')) return services.ordered(order);
        return projection.forgotten(order.key.slice('pod/'.length));
    }
  };

  const subscriptions = [
    projection.changes.subscribe(() => services.podsChanged()),
    runtime.observe().subscribe((observation) => {
      const why = observation.type === 'Lost' ? observation.reason : '';
      const turned = (observation.type === 'Lost' || observation.type === 'Listed') && why !== lost;
      projection.observed(observation);
      if (!turned) return;
      lost = why;
      log(lost === '' ? 'the container runtime answers again' : `the container runtime does not answer: ${lost}`);
      if (running) register();
    }),
    controlPlane.calls().subscribe((incoming) => answerCall(runtime, world, incoming)),
    controlPlane.readings().subscribe(obey),
  ];
  const probes = runProbes({ projection, check, clock, tell });

  return {
    world,
    stop: async () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
      probes.stop();
      services.stop();
      running?.stop();
      await controlPlane.close();
    },
  };
};

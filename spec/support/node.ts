import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryOrders } from '../../commands/orders/memory.ts';
import type { Clock } from '../../events/clock.ts';
import type { ReportStatus, Wish } from '../../kinds/command.ts';
import type { Note } from '../../kinds/event.ts';
import type { Pod, PodStatus } from '../../kinds/schema/api/core-v1.ts';
import { type Agent, startAgent } from '../../runtime-agent/agent.ts';
import { noPacketFilter } from '../../runtime-agent/packet-filter/none.ts';
import type { PodOf } from '../../runtime-agent/pod.ts';
import type { Runtime } from '../../runtime-agent/runtime.ts';
import { directControlPlane } from './direct.ts';

/** A pod as the World would hold it, bound to node `n1`. */
export const podNamed = (name: string, spec: Pod['spec'], metadata: Partial<PodOf['metadata']> = {}): PodOf => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'default',
    uid: `uid-${name}`,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...metadata,
  },
  spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30, nodeName: 'n1', containers: [], ...spec },
  status: {
    phase: 'Pending',
    qosClass: 'BestEffort',
    conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
  },
});

/** One agent in this process on the given runtime; orders come from the spec, reports are heard by it. */
export const nodeOn = async (runtime: Runtime, clock: Clock, podCIDR = '10.199.0.0/24', hostIP = '192.0.2.1') => {
  const root = await mkdtemp(join(tmpdir(), 'reckon-node-'));
  const orders = memoryOrders();
  const controlPlane = directControlPlane(orders, 'n1');
  const filter = noPacketFilter();
  const troubles: unknown[] = [];
  let position = 0;

  const start = async (): Promise<Agent> =>
    startAgent({
      runtime,
      filter,
      controlPlane,
      clock,
      facts: {
        name: 'n1',
        hostIP,
        podCIDR,
        version: 'v1.34.0',
        info: await runtime.info(),
        podsMax: 110,
        diskBytes: 1e9,
        labels: {},
      },
      network: () => ({
        node: 'n1',
        addresses: [hostIP],
        bridge: 'reckon0',
        podCIDR,
        clusterCIDR: '10.244.0.0/16',
        serviceCIDR: '10.96.0.0/16',
      }),
      root,
      log: () => undefined,
      report: (failure) => troubles.push(failure),
    });
  let agent = await start();

  const told = (type: string) => controlPlane.told.filter((wish) => wish.type === type);
  const statuses = (pod: PodOf): readonly PodStatus[] =>
    (told('ReportStatus') as Wish<ReportStatus>[])
      .filter(({ ref }) => ref.resource === 'pods' && ref.name === pod.metadata.name)
      .map(({ status }) => status as PodStatus);

  return {
    root,
    /** Moves with every step of the node's world. */
    position: () => agent.world.position,
    orders,
    filter,
    controlPlane,
    troubles,
    run: (pod: PodOf) =>
      orders.send({ type: 'RunPod', node: 'n1', key: `pod/${pod.metadata.uid}`, position: ++position, pod }),
    stopPod: (pod: PodOf, gracePeriodSeconds = 30) =>
      orders.send({
        type: 'StopPod',
        node: 'n1',
        key: `pod/${pod.metadata.uid}`,
        position: ++position,
        pod,
        gracePeriodSeconds,
        gone: false,
      }),
    statuses,
    status: (pod: PodOf): PodStatus => statuses(pod).at(-1) ?? {},
    /** Reasons of the Events told about a pod, in order. */
    events: (pod: PodOf): readonly string[] =>
      (told('Note') as Wish<Note>[])
        .filter(({ involved }) => involved.name === pod.metadata.name)
        .map(({ reason }) => reason),
    confirmed: (pod: PodOf): boolean => told('Delete').some(({ ref }) => ref.name === pod.metadata.name),
    /** The agent ends, as if killed, and another takes its place. */
    restart: async () => {
      await agent.stop();
      agent = await start();
    },
    stop: async () => {
      await agent.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
};

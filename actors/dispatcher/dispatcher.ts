import type { Order } from '../../commands/orders/order.ts';
import type { World } from '../../projections/world.ts';
import type { Controller } from '../controller.ts';
import { podKeysOf, podOrder } from './pod-order.ts';
import { serviceKeysOf, serviceOrder } from './service-order.ts';
import type { Step } from './step.ts';

const keysOf: Readonly<Record<string, (change: Step) => readonly string[]>> = {
  pods: podKeysOf,
  services: serviceKeysOf,
  'endpointslices.discovery.k8s.io': serviceKeysOf,
};

/**
 * Tells nodes what to do: each node about its pods, every node about Services. The only controller that speaks to nodes. Its
 * keys are a pod on a node, and a Service.
 */
export const dispatcher: Controller<World, Step, Order> = {
  name: 'dispatcher',
  touches: (change) => keysOf[change.ref.resource]?.(change) ?? [],
  reconcile: (world, key) => ({
    commands: [key.startsWith('service/') ? serviceOrder(world, key) : podOrder(world, key)],
  }),
};

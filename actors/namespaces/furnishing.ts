import { deltaBetween } from '../../kinds/delta.ts';
import type { ConfigMap } from '../../kinds/config-map.ts';
import type { Namespace } from '../../kinds/namespace.ts';
import type { ApiObject } from '../../kinds/object.ts';
import type { World } from '../../projections/world.ts';
import { type Controller, nobody, nothing } from '../controller.ts';

const isLiving = (world: World, name: string): boolean => {
  const namespace = world.get<Namespace>({ resource: 'namespaces', namespace: '', name });
  return namespace !== undefined && namespace.metadata.deletionTimestamp === undefined;
};

/** Namespaces, and one name of one resource in each, are whose changes concern a controller that furnishes namespaces. */
const furnishes =
  (resource: string, name: string): Controller['touches'] =>
  ({ ref, after }) => {
    if (ref.resource === 'namespaces') return after ? [ref.name] : nobody;
    return ref.resource === resource && ref.name === name ? [ref.namespace] : nobody;
  };

/** Keeps the ServiceAccount `default` in each namespace: the one of pods that name none. */
export const serviceAccount: Controller = {
  name: 'service-account',
  touches: furnishes('serviceaccounts', 'default'),
  reconcile: (world, namespace) => {
    const ref = { resource: 'serviceaccounts', namespace, name: 'default' };
    if (!isLiving(world, namespace) || world.get(ref)) return nothing;
    const object = { metadata: { name: ref.name, namespace } } as ApiObject; // the door adds the system fields
    return { commands: [{ type: 'Create', ref, object }] };
  },
};

const authorityName = 'kube-root-ca.crt';

/** Keeps in each namespace the certificate (PEM) by which pods know the API server. */
export const authorityPublisher = (certificate: string): Controller => ({
  name: 'authority-publisher',
  touches: furnishes('configmaps', authorityName),
  reconcile: (world, namespace) => {
    const ref = { resource: 'configmaps', namespace, name: authorityName };
    if (!isLiving(world, namespace)) return nothing;
    const data = { 'ca.crt': certificate };
    const present = world.get<ConfigMap>(ref);
    if (!present) {
      const object = { metadata: { name: ref.name, namespace }, data } as unknown as ApiObject; // the door adds the system fields
      return { commands: [{ type: 'Create', ref, object }] };
    }
    if (deltaBetween(present.data, data).length === 0) return nothing;
    return { commands: [{ type: 'Replace', ref, object: { ...present, data } }] };
  },
});

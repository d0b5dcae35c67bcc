import { addressRange } from '../commands/claims/address-range.ts';
import type { Ref } from '../events/event.ts';
import { deltaBetween } from '../kinds/delta.ts';
import { serviceNameLabel } from '../kinds/endpoint-slice.ts';
import { type ApiObject } from '../kinds/object.ts';
import { systemClasses } from '../kinds/priority-class-rules.ts';
import type { World } from '../projections/world.ts';
import { type Controller, nobody, type Wanted } from './controller.ts';

/** Where the API server is found from within the cluster. */
export interface ApiServerPlace {
  /** An IPv4 address that pods can reach; not a loopback one. */
  readonly address: string;
  readonly port: number;
  /** The Services' block: its first address is the API server's. */
  readonly serviceCidr: string;
}

/** An object that must be there, without the fields the door adds. */
interface Wish {
  readonly ref: Ref;
  readonly content: Readonly<Record<string, unknown>>;
  /** Fields held to `content` also later on. */
  readonly held: readonly string[];
}

const clusterScoped = (resource: string, name: string, content: object = {}): Wish => ({
  ref: { resource, namespace: '', name },
  content: { metadata: { name }, ...content },
  held: [],
});

const priorityClass = (name: string, value: number): Wish =>
  clusterScoped('priorityclasses.scheduling.k8s.io', name, { value });

const kubernetes = { namespace: 'default', name: 'kubernetes' } as const;

const apiServer = ({ address, port, serviceCidr }: ApiServerPlace): readonly Wish[] => {
  const metadata = {
    ...kubernetes,
    labels: { component: 'apiserver', provider: 'kubernetes' },
  };
  const clusterIP = addressRange(serviceCidr).addressAt(1);
  const https = { name: 'https', port: 443, protocol: 'TCP', targetPort: port };
  const ports = [{ name: 'https', port, protocol: 'TCP' }];
  return [
    {
      ref: { resource: 'services', ...kubernetes },
      content: {
        metadata,
        spec: { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ports: [https], sessionAffinity: 'None' },
      },
      held: [],
    },
    {
      ref: { resource: 'endpoints', ...kubernetes },
      content: { metadata: kubernetes, subsets: [{ addresses: [{ ip: address }], ports }] },
      held: ['subsets'],
    },
    {
      ref: { resource: 'endpointslices.discovery.k8s.io', ...kubernetes },
      content: {
        metadata: { ...kubernetes, labels: { [serviceNameLabel]: kubernetes.name } },
        addressType: 'IPv4',
        ports,
        endpoints: [{ addresses: [address], conditions: { ready: true } }],
      },
      held: ['ports', 'endpoints'],
    },
  ];
};

const wishFor = (world: World, { ref, content, held }: Wish): readonly Wanted[] => {
  const present = world.get<ApiObject & Readonly<Record<string, unknown>>>(ref);
  if (!present) return [{ type: 'Create', ref, object: content as unknown as ApiObject }]; // the door adds the system fields
  if (present.metadata.deletionTimestamp !== undefined) return [];
  const news = Object.fromEntries(
    held
      .filter((field) => deltaBetween(present[field], content[field]).length > 0)
      .map((field) => [field, content[field]]),
  );
  return Object.keys(news).length === 0 ? [] : [{ type: 'Replace', ref, object: { ...present, ...news } }];
};

/** Makes what every cluster begins with, and makes it again when it is gone: namespaces, priorities, the API's own Service. */
export const firstObjects = (place: ApiServerPlace): Controller => {
  const wishes: readonly Wish[] = [
    ...['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) => clusterScoped('namespaces', name)),
    ...Object.entries(systemClasses).map(([name, value]) => priorityClass(name, value)),
    ...apiServer(place),
  ];
  const all = 'first';
  const names = new Set(wishes.map(({ ref }) => ref.name));
  return {
    name: 'first-objects',
    first: [all],
    touches: ({ ref, after }) => (names.has(ref.name) && (!after || ref.name === kubernetes.name) ? [all] : nobody),
    reconcile: (world) => ({ commands: wishes.flatMap((wish) => wishFor(world, wish)) }),
  };
};

import { isFinished, type Pod } from '../../kinds/pod.ts';
import type { ServicePort } from '../../kinds/schema/api/core-v1.ts';
import type { Service } from '../../kinds/service.ts';
import type { World } from '../../projections/world.ts';
import { nobody, type Seen } from '../controller.ts';
import { isReady, isTerminating } from '../pod-state.ts';
import { servesLabels } from '../selection.ts';

export const serviceKey = (namespace: string, name: string): string => `${namespace}/${name}`;

export const readServiceKey = (key: string): { readonly namespace: string; readonly name: string } => {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
};

const addressOf = ({ status }: Pod): string => status?.podIP ?? '';

/** Whether the pod may stand behind Services at all: it has an address, and is not over. */
const hasAddress = (pod: Pod | undefined): boolean => pod !== undefined && addressOf(pod) !== '' && !isFinished(pod);

/** Nothing happened that clients of a Service could notice. */
const isNoNews = (before: Pod, after: Pod): boolean =>
  before.metadata.labels === after.metadata.labels &&
  addressOf(before) === addressOf(after) &&
  isReady(before) === isReady(after) &&
  isFinished(before) === isFinished(after) &&
  isTerminating(before) === isTerminating(after);

/** Services that a pod's change concerns: those it stood behind before or stands behind now. */
export const servicesOfPod = ({ before, after }: Seen, world: World): readonly string[] => {
  const [was, is] = [before, after] as [Pod | undefined, Pod | undefined]; // only pods come here
  if (!hasAddress(was) && !hasAddress(is)) return nobody;
  if (was && is && isNoNews(was, is)) return nobody;
  const namespace = (is ?? was)?.metadata.namespace ?? '';
  return world
    .list<Service>('services', namespace)
    .filter(
      ({ spec }) =>
        servesLabels(spec.selector, was?.metadata.labels) || servesLabels(spec.selector, is?.metadata.labels),
    )
    .map(({ metadata }) => serviceKey(namespace, metadata.name));
};

/** Every pod that stands behind the Service, ready or not, by name. A selector's first label finds candidates. */
export const podsOfService = (world: World, { metadata, spec }: Service): readonly Pod[] => {
  const [first] = Object.entries(spec.selector ?? {});
  if (!first) return [];
  return world
    .indexed<Pod>('pods', 'label', `${metadata.namespace}/${first.join('=')}`)
    .filter((pod) => servesLabels(spec.selector, pod.metadata.labels) && hasAddress(pod));
};

export const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None';

/** The pod's port behind a Service's port; `undefined` when the pod has no port of that name. */
export const targetPort = (
  pod: Pod,
  { port, targetPort: target, protocol = 'TCP' }: ServicePort,
): number | undefined => {
  if (typeof target !== 'string') return target === undefined || target === 0 ? port : target;
  const besides = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const { ports = [] } of [...pod.spec.containers, ...besides]) {
    const found = ports.find((one) => one.name === target && (one.protocol ?? 'TCP') === protocol);
    if (found) return found.containerPort;
  }
  return undefined;
};

import type { Target as CallTarget } from '../../commands/link/messages.ts';
import type { Pod } from '../../kinds/pod.ts';
import { badRequest, notFound, type Rejection } from '../../kinds/rejection.ts';
import type { World } from '../../projections/world.ts';

/** The annotation by which a pod says which container is meant when none is named. */
const defaultContainer = 'kubectl.kubernetes.io/default-container';

/** The container that a request about a pod means, and the node it runs on. */
export interface Addressee {
  readonly node: string;
  readonly pod: Pod;
  readonly target: CallTarget;
}

/** Finds it, or says why not in upstream's words. */
export const addresseeOf = (
  world: World,
  namespace: string,
  name: string,
  asked: string | null,
): Addressee | Rejection => {
  const ref = { resource: 'pods', namespace, name };
  const pod = world.get<Pod>(ref);
  if (!pod) return notFound(ref, name);
  const { initContainers = [], containers, ephemeralContainers = [], nodeName = '' } = pod.spec;
  const names = [...initContainers, ...containers, ...ephemeralContainers].map((one) => one.name);
  const wanted =
    asked ||
    pod.metadata.annotations?.[defaultContainer] ||
    (containers.length === 1 ? containers[0]?.name : undefined);
  if (wanted === undefined || (!asked && !names.includes(wanted))) {
    const choices = containers.map((one) => one.name).join(' ');
    return badRequest(`a container name must be specified for pod ${name}, choose one of: [${choices}]`);
  }
  if (!names.includes(wanted)) return badRequest(`container ${wanted} is not valid for pod ${name}`);
  if (nodeName === '') return badRequest(`pod ${name} does not have a host assigned`);
  return { node: nodeName, pod, target: { podUid: pod.metadata.uid, namespace, pod: name, container: wanted } };
};

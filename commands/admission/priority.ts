import type { Pod } from '../../kinds/pod.ts';
import type { PriorityClass } from '../../kinds/priority-class.ts';
import { forbidden, type Rejection } from '../../kinds/rejection.ts';
import type { World } from '../../projections/world.ts';
import type { Admission } from './admission.ts';
import type { PodReview } from './pods.ts';

const classes = 'priorityclasses.scheduling.k8s.io';

/** The class of pods that name none; the least of several, should a race have made several. */
const defaultClass = (world: World): PriorityClass | undefined =>
  world
    .list<PriorityClass>(classes)
    .filter(({ globalDefault }) => globalDefault)
    .reduce<PriorityClass | undefined>((least, one) => (least && least.value <= one.value ? least : one), undefined);

const mustNotSay = (what: string, said: string | number, computed: string | number) =>
  `the ${what} (${said}) must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`;

const admitPod = ({ command, kind, world, pod }: PodReview): Pod | Rejection => {
  const asked = pod.spec.priorityClassName ?? '';
  const found =
    asked === '' ? defaultClass(world) : world.get<PriorityClass>({ resource: classes, namespace: '', name: asked });
  const refuse = (why: string) => forbidden(kind, command.ref.name, why);
  if (!found && asked !== '') return refuse(`no PriorityClass with name ${asked} was found`);

  const priority = found?.value ?? 0;
  const preemptionPolicy = found?.preemptionPolicy ?? 'PreemptLowerPriority';
  const said = pod.spec;
  if (said.priority !== undefined && said.priority !== priority)
    return refuse(mustNotSay('integer value of priority', said.priority, priority));
  if (said.preemptionPolicy !== undefined && said.preemptionPolicy !== preemptionPolicy)
    return refuse(mustNotSay('string value of PreemptionPolicy', said.preemptionPolicy, preemptionPolicy));
  const named = found ? { priorityClassName: found.metadata.name } : {};
  return { ...pod, spec: { ...pod.spec, ...named, priority, preemptionPolicy } };
};

/** What a pod keeps of its priority when a write leaves it out. */
const keepPriority = (pod: Pod, before: Pod): Pod => {
  const { priority, preemptionPolicy } = before.spec;
  return {
    ...pod,
    spec: {
      ...(priority !== undefined && { priority }),
      ...(preemptionPolicy !== undefined && { preemptionPolicy }),
      ...pod.spec,
    },
  };
};

/** A pod's priority is its class's; who made the pod does not choose the number. One class at most is the default. */
export const priority: Admission = {
  name: 'Priority',
  admit: (review) => {
    const { command, kind, object, before, subresource, world } = review;
    if (!object || subresource !== '') return object;
    // The kind's own schema was checked before the gates.
    if (kind.resource === 'pods')
      return before ? keepPriority(object as Pod, before as Pod) : admitPod({ ...review, pod: object as Pod });
    if (kind.resource === classes && (object as PriorityClass).globalDefault) {
      const other = defaultClass(world);
      if (other && other.metadata.name !== command.ref.name) {
        const why = `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`;
        return forbidden(kind, command.ref.name, why);
      }
    }
    return object;
  },
};

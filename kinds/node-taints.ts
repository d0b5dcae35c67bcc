import type { Node } from './node.ts';
import type { Taint } from './schema/api/core-v1.ts';

const prefix = 'node.kubernetes.io/';

/** Conditions that keep pods away while they hold, with their taint. */
const pressures: Readonly<Record<string, string>> = {
  MemoryPressure: `${prefix}memory-pressure`,
  DiskPressure: `${prefix}disk-pressure`,
  PIDPressure: `${prefix}pid-pressure`,
  NetworkUnavailable: `${prefix}network-unavailable`,
};

const readiness: Readonly<Record<string, string>> = { False: `${prefix}not-ready`, Unknown: `${prefix}unreachable` };
const cordoned = `${prefix}unschedulable`;

const ours: ReadonlySet<string> = new Set([...Object.values(pressures), ...Object.values(readiness), cordoned]);

/**
 * The taints a node should have: its own, and those that follow from its conditions and from being cordoned. `since` (RFC
 * 3339) is when a new one that evicts begins; those that are there keep their time.
 */
export const taintsOf = ({ spec, status }: Node, since: string): readonly Taint[] => {
  const present = spec.taints ?? [];
  const known = (key: string, effect: string) => present.find((one) => one.key === key && one.effect === effect);
  const conditionOf = (type: string) => status?.conditions?.find((one) => one.type === type)?.status;
  const taint = (key: string, effect: 'NoSchedule' | 'NoExecute'): Taint =>
    known(key, effect) ?? { key, effect, ...(effect === 'NoExecute' && { timeAdded: since }) };

  const unready = readiness[conditionOf('Ready') ?? 'False'];
  const pressed = Object.entries(pressures).filter(([type]) => conditionOf(type) === 'True');
  return [
    ...present.filter(({ key }) => !ours.has(key)),
    ...(unready === undefined ? [] : [taint(unready, 'NoSchedule'), taint(unready, 'NoExecute')]),
    ...pressed.map(([, key]) => taint(key, 'NoSchedule')),
    ...(spec.unschedulable ? [taint(cordoned, 'NoSchedule')] : []),
  ];
};

import type { Container } from '../kinds/schema/api/core-v1.ts';
import { milliValueOf, quantityOf, valueOf } from '../kinds/values/quantity.ts';
import type { Resources } from './container.ts';
import type { PodOf } from './pod.ts';

const scoreGuaranteed = -997;
const scoreBestEffort = 1_000;

/** How soon the kernel ends it when memory runs out: by class of service, and within Burstable by what was asked for. */
const oomScoreOf = (pod: PodOf, memoryRequest: number, nodeMemoryBytes: number): number => {
  if (pod.status?.qosClass === 'Guaranteed') return scoreGuaranteed;
  if (pod.status?.qosClass === 'BestEffort') return scoreBestEffort;
  const score = Math.floor(1_000 - (1_000 * memoryRequest) / nodeMemoryBytes);
  return Math.min(Math.max(score, 3), scoreBestEffort - 1);
};

/** A container's bounds as the runtime takes them; a limit without a request is its request. */
export const resourcesOf = (pod: PodOf, { resources = {} }: Container, nodeMemoryBytes: number): Resources => {
  const { requests = {}, limits = {} } = resources;
  const cpu = requests['cpu'] ?? limits['cpu'];
  const memoryRequest = requests['memory'] ?? limits['memory'];
  const memory = memoryRequest === undefined ? 0 : Number(valueOf(quantityOf(memoryRequest)));
  return {
    ...(cpu !== undefined && { cpuRequestMilli: Number(milliValueOf(quantityOf(cpu))) }),
    ...(limits['cpu'] !== undefined && { cpuLimitMilli: Number(milliValueOf(quantityOf(limits['cpu']))) }),
    ...(limits['memory'] !== undefined && { memoryLimitBytes: Number(valueOf(quantityOf(limits['memory']))) }),
    oomScoreAdj: oomScoreOf(pod, memory, nodeMemoryBytes),
  };
};

import type { Container, PodSpec } from './schema/api/core-v1.ts';
import { compareQuantities, parseQuantity } from './values/quantity.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const counted = ['cpu', 'memory'] as const;

const amount = (list: Readonly<Record<string, string | number>> | undefined, resource: string) => {
  const quantity = parseQuantity(String(list?.[resource] ?? 0));
  // What cannot be read is refused where the pod is judged.
  return typeof quantity === 'object' && quantity.nanos > 0n ? quantity : undefined;
};

/** Every counted resource is limited, and asked for to its limit. What asks for nothing asks for its limit. */
const isGuaranteed = ({ resources }: Container): boolean =>
  counted.every((resource) => {
    const limit = amount(resources?.limits, resource);
    const request = amount(resources?.requests, resource) ?? limit;
    return limit !== undefined && request !== undefined && compareQuantities(limit, request) === 0;
  });

const asksForNothing = ({ resources }: Container): boolean =>
  counted.every(
    (resource) =>
      amount(resources?.limits, resource) === undefined && amount(resources?.requests, resource) === undefined,
  );

/** How a pod is treated when its node runs short, by what its containers ask for and are limited to. */
export const qosClassOf = ({ containers = [], initContainers = [] }: Partial<PodSpec>): QosClass => {
  const all = [...containers, ...initContainers];
  if (all.every(asksForNothing)) return 'BestEffort';
  return all.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
};

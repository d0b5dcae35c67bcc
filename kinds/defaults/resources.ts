import { parseQuantity, roundUpToMilli, textOfQuantity } from '../values/quantity.ts';
import type { ResourceList, ResourceRequirements } from '../schema/api/core-v1.ts';
import { inTurn, within } from './fill.ts';

const rounded = (text: string | number): string | number => {
  const quantity = parseQuantity(String(text));
  // What is no quantity was refused when it was decoded; here it is none of our business.
  return typeof quantity === 'string' ? text : textOfQuantity(roundUpToMilli(quantity));
};

/** Amounts are kept in thousandths; finer ones are rounded up. */
export const defaultResourceList = (list: ResourceList): ResourceList => {
  const entries = Object.entries(list).map(([name, amount]) => [name, rounded(amount)] as const);
  return entries.every(([name, amount]) => list[name] === amount) ? list : Object.fromEntries(entries);
};

export const defaultResources = (resources: ResourceRequirements): ResourceRequirements =>
  inTurn<ResourceRequirements>(
    (one) => within(one, 'limits', defaultResourceList),
    (one) => within(one, 'requests', defaultResourceList),
  )(resources);

/** Who names a limit and no request asks for the limit. Only pods do so, not the templates they are made from. */
export const requestLimits = (resources: ResourceRequirements): ResourceRequirements => {
  const { limits, requests } = resources;
  const missing = Object.keys(limits ?? {}).filter((name) => requests?.[name] === undefined);
  return limits && missing.length > 0 ? { ...resources, requests: { ...limits, ...requests } } : resources;
};

import type { NodeSelectorRequirement, NodeSelectorTerm } from '../../kinds/schema/api/core-v1.ts';
import type { NodeInfo } from './node-info.ts';

const holds = ({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean => {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
};

/** Whether the node is what a term asks for. A term that asks for nothing matches no node. */
export const matchesTerm = (
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  { labels, name }: NodeInfo,
): boolean =>
  matchExpressions.length + matchFields.length > 0 &&
  matchExpressions.every((one) => holds(one, labels[one.key])) &&
  matchFields.every((one) => one.key === 'metadata.name' && holds(one, name));

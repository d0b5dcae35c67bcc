import { isDeepStrictEqual } from 'node:util';
import { fault } from '../fault.ts';
import type { NodeSelectorTerm, PodSpec } from '../schema/api/core-v1.ts';
import { type Faults, fine, type Unchecked } from './field-checks.ts';
import { shownLabels } from './labels.ts';
import { type GoMembers, goStruct, plain, pointer } from './go-struct.ts';

type Spec = Unchecked<PodSpec>;
type Term = Unchecked<NodeSelectorTerm>;

/** While a gate holds a pod back, where it may run can still be narrowed. */
export const checkNodeSelectorUpdate = ({ nodeSelector: after }: Spec, { nodeSelector: before = {} }: Spec): Faults =>
  Object.entries(before).every(([label, value]) => after?.[label] === value)
    ? fine
    : [
        fault.invalid(
          'spec.nodeSelector',
          shownLabels(after),
          'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
        ),
      ];

const requirementMembers: GoMembers = {
  Key: plain('key', ''),
  Operator: plain('operator', ''),
  Values: pointer('values'),
};
const termMembers: GoMembers = {
  MatchExpressions: pointer('matchExpressions', requirementMembers),
  MatchFields: pointer('matchFields', requirementMembers),
};

const beginsWith = <T>(after: readonly T[] = [], before: readonly T[] = []): boolean =>
  isDeepStrictEqual(after.slice(0, before.length), before);

/** A term without requirements selects nothing: adding one would widen it. */
const onlyNarrows = (after: Term, before: Term): boolean => {
  const empty = (term: Term) => (term.matchExpressions ?? []).length + (term.matchFields ?? []).length === 0;
  if (empty(before)) return empty(after);
  return (
    beginsWith(after.matchExpressions, before.matchExpressions) && beginsWith(after.matchFields, before.matchFields)
  );
};

const shown = (term: Term) => goStruct(term, termMembers);

const termsOf = ({ affinity }: Spec): readonly Term[] | undefined =>
  affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;

/** As {@link checkNodeSelectorUpdate}, for the terms of the node affinity that are required. */
export const checkAffinityUpdate = (after: Spec, before: Spec): Faults => {
  const [now, were] = [termsOf(after), termsOf(before) ?? []];
  const at = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  if (were.length === 0) return fine;
  if (now?.length !== were.length)
    return [
      fault.invalid(at, now?.map(shown), 'no additions/deletions to non-empty NodeSelectorTerms list are allowed'),
    ];
  return now.flatMap((term, i) =>
    onlyNarrows(term, were[i] ?? {})
      ? []
      : [fault.invalid(`${at}[${i}]`, shown(term), 'only additions are allowed (no mutations or deletions)')],
  );
};

/** `after`, with the node affinity as it was. */
export const withNodeAffinityOf = (after: Spec, { affinity: before }: Spec): Spec => {
  const { affinity, ...rest } = after;
  const { nodeAffinity: now, ...others } = affinity ?? {};
  const nodeAffinity = before?.nodeAffinity;
  if (isDeepStrictEqual(now, nodeAffinity)) return after;
  const merged = { ...others, ...(nodeAffinity && { nodeAffinity }) };
  return Object.keys(merged).length === 0 && !before ? rest : { ...rest, affinity: merged };
};

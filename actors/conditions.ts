/** What all conditions of a status share. */
interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string | null;
}

export const conditionOf = <C extends Condition>(conditions: readonly C[] | undefined, type: string): C | undefined =>
  conditions?.find((one) => one.type === type);

export const withoutCondition = <C extends Condition>(conditions: readonly C[], type: string): readonly C[] =>
  conditions.filter((one) => one.type !== type);

/**
 * The conditions with this one in the place of its type's. Same status and reason: nothing changes, though the message may be
 * another; same status: the time of the transition stays. The newest is last, as upstream has it.
 */
export const withCondition = <C extends Condition>(conditions: readonly C[], next: C): readonly C[] => {
  const before = conditionOf(conditions, next.type);
  if (before?.status === next.status && before.reason === next.reason) return conditions;
  const kept = before?.status === next.status ? { ...next, lastTransitionTime: before.lastTransitionTime } : next;
  return [...withoutCondition(conditions, next.type), kept];
};

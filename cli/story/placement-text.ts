import type { Event } from '../../events/event.ts';
import type { Pod, Placement } from '../../kinds/pod.ts';
import { tableText } from '../table-text.ts';
import type { Lived } from './lived.ts';
import type { ToldOf } from './told.ts';

interface BoundEvent extends Event {
  readonly node?: string;
  readonly placement?: Placement;
}

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;

const refusedText = (refused: Placement['refused']): string => {
  const reasons = Object.entries(refused).map(([reason, nodes]) => `${nodes} ${reason}`);
  return reasons.length === 0 ? '' : `; not: ${reasons.join(', ')}`;
};

const pointsText = (by: Readonly<Record<string, number>>): string =>
  Object.entries(by)
    .filter(([, points]) => points > 0)
    .map(([score, points]) => `${score} ${points}`)
    .join(', ');

const scoresText = (scores: Placement['scores'], columns: number | undefined): string =>
  tableText(
    [['NODE', 'TOTAL', 'POINTS'], ...scores.map(({ node, total, by }) => [node, String(total), pointsText(by)])],
    columns,
  );

/** Why a pod runs where it runs, from what the scheduler recorded: how many nodes there were, which points the best had. */
export const placementText = (bound: ToldOf, columns: number | undefined): string => {
  const { node = '?', placement } = bound.event as BoundEvent; // of an event of this type
  if (!placement) return `Why on ${node}: nobody recorded it; it was placed there by name.\n`;
  const { nodes, feasible, refused, scores } = placement;
  const could = `${counted(nodes, 'node')}, ${feasible} could run it${refusedText(refused)}.`;
  return `Why on ${node}: ${could}\n${scores.length > 0 ? scoresText(scores, columns) : ''}`;
};

/** Why a pod runs nowhere yet, in the scheduler's words; undefined when it never said. */
export const waitingText = (newest: Lived | undefined): string | undefined => {
  const pod = newest?.after as Pod | undefined; // of a pod's story
  const condition = pod?.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return condition?.status === 'False' && condition.message ? `Not placed yet: ${condition.message}\n` : undefined;
};

import type { Event } from '../../events/event.ts';
import type { ApiObject } from '../../kinds/object.ts';
import { type Difference, differencesOf, telling } from './difference.ts';
import { whoText } from './identity-text.ts';
import { kindName, type Lived } from './lived.ts';
import { podNews } from './pod-news.ts';
import { differenceText, valueText, withVeil } from './value-text.ts';

/** Changed fields that a sentence names. */
const namedMax = 3;

const replicas = 'spec.replicas';
const image = /containers\[(?<container>[^\]]+)\]\.image$/;

const listed = (differences: readonly Difference[]): string => {
  const more = differences.length - namedMax;
  const texts = differences.slice(0, namedMax).map(differenceText);
  return [...texts, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
};

const imageText = ({ path, from, to }: Difference): string =>
  `${image.exec(path)?.groups?.['container'] ?? ''} ${valueText(from)} → ${valueText(to)}`;

/** What a change comes to, in words where there are words for it. */
const changedText = (differences: readonly Difference[]): string => {
  const scaled = differences.find(({ path }) => path === replicas);
  if (scaled)
    return `was scaled ${scaled.from === undefined ? 'to' : `${valueText(scaled.from)} →`} ${valueText(scaled.to)}`;
  const updated = differences.filter(({ path }) => image.test(path));
  if (updated.length > 0) return `was updated: ${updated.map(imageText).join(', ')}`;
  return differences.length === 0 ? 'was changed' : `was changed: ${listed(differences)}`;
};

const plain: Readonly<Record<string, (event: Event) => string>> = {
  Created: () => 'was created',
  DeletionRequested: () => 'was deleted',
  Bound: (event) => `was placed on node ${(event as Event & { readonly node?: string }).node ?? '?'}`,
};

interface Conditioned extends ApiObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const turnText = ({ type, status }: { readonly type: string; readonly status: string }): string => {
  if (status === 'True') return `became ${type}`;
  return status === 'False' ? `was ${type} no more` : `may be ${type} or not: nobody knows`;
};

/** Conditions that are otherwise than before; undefined when none is. */
const conditionNews = (lived: Lived): string | undefined => {
  const { before, after }: { before?: Conditioned | undefined; after?: Conditioned | undefined } = lived;
  const was = new Map(before?.status?.conditions?.map(({ type, status }) => [type, status]));
  const turned = (after?.status?.conditions ?? []).filter(
    ({ type, status }) => was.has(type) && was.get(type) !== status,
  );
  return turned.length === 0 ? undefined : turned.map(turnText).join(', ');
};

/** What a report of status says that is worth a line of its own; undefined when nothing. */
const news = (lived: Lived): string | undefined =>
  lived.told.ref.resource === 'pods' ? podNews(lived) : conditionNews(lived);

/** Nothing was asked for: something was seen. */
const isReport = (differences: readonly Difference[]): boolean =>
  differences.length > 0 && differences.every(({ path }) => path.startsWith('status.'));

const differencesIn = (lived: Lived) => withVeil(lived.told.ref, telling(differencesOf(lived, true)));

/** What an event did, as a predicate: `was scaled 3 → 2`. Undefined for a report of status without news. */
export const deedText = (lived: Lived): string | undefined => {
  const { told } = lived;
  if (told.type === 'Deleted') return lived.before?.metadata.deletionTimestamp ? 'was gone' : 'was deleted';
  if (told.type === 'StatusReported') return news(lived);
  const differences = differencesIn(lived);
  const reported = isReport(differences) ? news(lived) : undefined;
  return plain[told.type]?.(told.event) ?? reported ?? changedText(differences);
};

/** Who did it, or who says so. */
export const byText = (deed: string, lived: Lived): string => {
  const { told } = lived;
  const isSaid = told.type === 'StatusReported' || deed === 'was gone' || isReport(differencesIn(lived));
  return isSaid ? `${deed}, says ${whoText(told)}` : `${deed} by ${whoText(told)}`;
};

/** `Deployment web was scaled 3 → 2 by alice using kubectl`. */
export const sentenceText = (lived: Lived): string => {
  const { ref } = lived.told;
  const deed = deedText(lived) ?? `reported ${listed(differencesIn(lived)) || 'its status'}`;
  return `${kindName(ref.resource)} ${ref.name} ${byText(deed, lived)}`;
};

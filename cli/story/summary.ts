import type { ApiObject } from '../../kinds/object.ts';
import { differencesOf, telling } from './difference.ts';
import type { Lived } from './lived.ts';
import { podNews } from './pod-news.ts';
import { differenceText, withVeil } from './value-text.ts';

/** Changes named in one line; of more it is said how many. */
const shownMax = 4;

interface PodSpec {
  readonly containers?: readonly { readonly image?: string }[];
}
interface Newborn extends ApiObject {
  readonly spec?: PodSpec & { readonly replicas?: number; readonly template?: { readonly spec?: PodSpec } };
}

/** What one wants to know of a new object: how many, of what. */
const newbornText = (object: Newborn): string => {
  const { replicas, template, containers } = object.spec ?? {};
  const images = (containers ?? template?.spec?.containers ?? []).flatMap(({ image }) => (image ? [image] : []));
  return [
    ...(replicas === undefined ? [] : [`replicas ${replicas}`]),
    ...(images.length === 0 ? [] : [`image ${images.join(', ')}`]),
  ].join(', ');
};

/** What an event changed, on one line; empty when it says nothing beyond its name. */
export const changeText = (lived: Lived): string => {
  const { told, before, after } = lived;
  if (!before && after) return newbornText(after);
  if (told.ref.resource === 'pods' && told.type === 'StatusReported') {
    const news = podNews(lived);
    if (news !== undefined) return news;
  }
  const all = differencesOf(lived, true);
  const worth = telling(all);
  const shown = withVeil(told.ref, worth.length > 0 ? worth : all);
  const more = shown.length - shownMax;
  const texts = shown.slice(0, shownMax).map(differenceText);
  return [...texts, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
};

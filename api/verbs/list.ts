import type { Kind } from '../../kinds/kind.ts';
import type { ApiObject } from '../../kinds/object.ts';
import { expired, isRejection, type Rejection } from '../../kinds/rejection.ts';
import { mediaTypes } from '../accept.ts';
import type { PageRefusal } from '../answer.ts';
import { pagesMsMax, type Place, placeOf, tokenOf } from '../continue.ts';
import { type ListOptions, listOptionsOf, nameIn, type Selection, selects } from '../list-options.ts';
import { positionOf, standingAt } from '../moment.ts';
import type { Collection } from '../reading.ts';
import { shownTo } from '../show.ts';
import type { ListMeta } from '../table.ts';
import type { Here, Target, Verb, Visit } from '../visit.ts';

/** What one page shows. */
interface Page {
  readonly objects: readonly ApiObject[];
  /** Whether `objects` is the whole list as the World holds it. */
  readonly whole: boolean;
  readonly meta: ListMeta;
}

const tooOld =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** The refusal of a token that came too late, with one that goes on without consistency. */
const tooLate = (place: Place, now: number): PageRefusal => ({
  ...expired(tooOld),
  continue: tokenOf({ ...place, position: undefined, since: now }),
});

const collectionOf = async (
  { when }: Visit,
  { kind, namespace }: Target,
  { resourceVersion, match, limit }: ListOptions,
  place: Place | undefined,
  { reading, log, clock }: Here,
): Promise<Collection | Rejection> => {
  const past = when === undefined ? undefined : await positionOf(when, log, clock.now());
  if (isRejection(past)) return past;
  const exact = match === 'Exact' || (match === '' && limit > 0 && !!resourceVersion);
  const asked = place ? place.position : (past ?? (resourceVersion || undefined));
  if (asked === undefined) return reading.now(kind, namespace);
  const late = await reading.reached(asked);
  if (late) return late;
  if (!place && past === undefined && !exact) return reading.now(kind, namespace);
  const found = await reading.at(kind, namespace, asked);
  if (isRejection(found) && place) return tooLate(place, clock.now());
  return found;
};

const comesAfter = ({ metadata }: ApiObject, { namespace, name }: Place): boolean =>
  (metadata.namespace ?? '') === namespace ? metadata.name > name : (metadata.namespace ?? '') > namespace;

/** The index of the first object after `place`. */
const startOf = (objects: readonly ApiObject[], place: Place | undefined): number => {
  if (!place) return 0;
  let low = 0;
  let high = objects.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comesAfter(objects[middle] as ApiObject, place))
      high = middle; // low ≤ middle < high
    else low = middle + 1;
  }
  return low;
};

const pageOf = (
  { objects, position }: Collection,
  { selection, limit }: ListOptions,
  place: Place | undefined,
  now: number,
): Page => {
  const resourceVersion = String(position);
  const everything = selection.key === '';
  if (everything && !place && (limit === 0 || objects.length <= limit))
    return { objects, whole: true, meta: { resourceVersion } };
  const page: ApiObject[] = [];
  let next = startOf(objects, place);
  const pageMax = limit || Number.POSITIVE_INFINITY;
  for (; next < objects.length && page.length < pageMax; next++) {
    const object = objects[next] as ApiObject; // next < length
    if (everything || selects(selection, object)) page.push(object);
  }
  const last = page.at(-1)?.metadata;
  if (next === objects.length || !last) return { objects: page, whole: false, meta: { resourceVersion } };
  const token = tokenOf({ position, namespace: last.namespace ?? '', name: last.name, since: place?.since ?? now });
  const meta: ListMeta = {
    resourceVersion,
    continue: token,
    ...(everything && { remainingItemCount: objects.length - next }),
  };
  return { objects: page, whole: false, meta };
};

/** A list of one name costs one look. */
const narrowed = (collection: Collection, kind: Kind, namespace: string, selection: Selection): Collection => {
  const name = nameIn(selection);
  if (name === undefined || (kind.namespaced && namespace === '')) return collection;
  const { objects } = collection;
  const at = startOf(objects, { namespace, name, position: undefined, since: 0 }) - 1;
  const found = objects[at];
  return { ...collection, objects: found?.metadata.name === name ? [found] : [] };
};

/** The objects of a collection, whole or in pages, as of now or of any position. */
export const list: Verb = async (visit, target, here) => {
  const { kind, namespace } = target;
  const shown = shownTo(visit, kind, visit.when === undefined ? here : await standingAt(visit.when, here));
  if (isRejection(shown)) return shown;
  const options = listOptionsOf(kind, visit.query, false);
  if (isRejection(options)) return options;
  const place = options.continue === '' ? undefined : placeOf(options.continue);
  if (isRejection(place)) return place;
  const now = here.clock.now();
  if (place?.position !== undefined && place.since + pagesMsMax < now) return tooLate(place, now);

  const collection = await collectionOf(visit, target, options, place, here);
  if (isRejection(collection)) return collection;
  const page = pageOf(narrowed(collection, kind, namespace, options.selection), options, place, now);
  if (page.meta.continue) here.reading.keep(kind, namespace, collection);
  return { code: 200, type: mediaTypes[shown.format], body: shown.view.many(page.objects, page.meta, page.whole) };
};

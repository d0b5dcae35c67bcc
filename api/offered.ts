import type { Kind } from '../kinds/kind.ts';
import type { Deeds, Offered } from './routes.ts';
import { subresourceDeeds } from './subresources/index.ts';
import { create } from './verbs/create.ts';
import { remove, removeCollection } from './verbs/delete.ts';
import { get } from './verbs/get.ts';
import { list } from './verbs/list.ts';
import { patch } from './verbs/patch.ts';
import { update } from './verbs/update.ts';
import { watch } from './verbs/watch.ts';

const watching = { verb: 'watch', run: watch, lasting: true };

const collection: Deeds = {
  GET: { verb: 'list', run: list },
  WATCH: watching,
  POST: { verb: 'create', run: create },
  DELETE: { verb: 'deletecollection', run: removeCollection },
};

const object: Deeds = {
  GET: { verb: 'get', run: get },
  PUT: { verb: 'update', run: update },
  PATCH: { verb: 'patch', run: patch },
  DELETE: { verb: 'delete', run: remove },
};

const allowed = (deeds: Deeds, { verbs }: Kind): Deeds =>
  Object.fromEntries(Object.entries(deeds).filter(([, { verb }]) => verbs.includes(verb)));

/** What may be done with objects of a kind, at each of its paths. */
export const offeredBy = (kind: Kind): Offered => ({
  collection: allowed(collection, kind),
  object: allowed(object, kind),
  subresources: Object.fromEntries(kind.subresources.map((name) => [name, subresourceDeeds(name)])),
  watched: allowed({ GET: watching }, kind),
});

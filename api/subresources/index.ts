import type { Deeds } from '../routes.ts';
import { get } from '../verbs/get.ts';
import { patch } from '../verbs/patch.ts';
import { update } from '../verbs/update.ts';
import { finalize } from './finalize.ts';
import { log } from './log.ts';
import { bind, evict } from './pod-verbs.ts';
import { scale } from './scale.ts';
import { token } from './token.ts';
import { upgraded } from './upgraded.ts';

const connection: Deeds = {
  GET: { verb: 'get', run: upgraded },
  POST: { verb: 'create', run: upgraded },
};

/** What may be done below an object, by the names that kinds give in their rows. */
const subresources: Readonly<Record<string, Deeds>> = {
  status: {
    GET: { verb: 'get', run: get },
    PUT: { verb: 'update', run: update },
    PATCH: { verb: 'patch', run: patch },
  },
  scale,
  binding: { POST: { verb: 'create', run: bind } },
  eviction: { POST: { verb: 'create', run: evict } },
  finalize: { PUT: { verb: 'update', run: finalize } },
  token: { POST: { verb: 'create', run: token } },
  log: { GET: { verb: 'get', run: log, lasting: true } },
  exec: connection,
  attach: connection,
  portforward: connection,
};

/** What may be done at a subresource; nothing yet where its name is not known here. */
export const subresourceDeeds = (name: string): Deeds => subresources[name] ?? {};

import { type Claim, claimedAt, claimRef } from '../kinds/claim.ts';
import { claimsOf, type Service } from '../kinds/service.ts';
import type { World } from '../projections/world.ts';
import { type Controller, nobody, nothing, type Wanted } from './controller.ts';

const resource = 'claims.reckon.dev';
/** How long a claim may wait for its object to be recorded. A command takes milliseconds. */
const graceMs = 30_000;

/** Keys: a claim of which it is not known whether its object is coming, and one that this object was seen to give up. */
const unsureKey = (name: string) => `${name}|`;
const givenUpKey = (name: string, uid: string) => `${name}|${uid}`;

const isHeld = (world: World, claim: Claim): boolean => {
  const { holder } = claim.spec;
  const object = world.get<Service>(holder);
  return object?.metadata.uid === holder.uid && claimsOf(object).includes(claim.metadata.name);
};

/** Only as it was seen: whoever needs it again in this moment has renewed it. */
const free = ({ metadata }: Claim): Wanted => ({
  type: 'Delete',
  ref: claimRef(metadata.name),
  options: { preconditions: { uid: metadata.uid, resourceVersion: metadata.resourceVersion } },
});

/** Frees what nobody has any more: claims of objects that are gone or gave them up, and of commands that came to nothing. */
export const claims: Controller = {
  name: 'claims',

  touches: ({ ref, before, after }, world) => {
    if (ref.resource === 'services' && before) {
      const now = new Set(after?.metadata.uid === before.metadata.uid ? claimsOf(after as Service) : []);
      const gone = claimsOf(before as Service).filter((name) => !now.has(name));
      return gone.length > 0 ? gone.map((name) => givenUpKey(name, before.metadata.uid)) : nobody;
    }
    return ref.resource === resource && after && !isHeld(world, after as Claim) ? [unsureKey(ref.name)] : nobody;
  },

  reconcile: (world, key, now) => {
    const [name = '', givenUpBy = ''] = key.split('|');
    const claim = world.get<Claim>(claimRef(name));
    if (!claim || isHeld(world, claim)) return nothing;
    if (givenUpBy !== '') return claim.spec.holder.uid === givenUpBy ? { commands: [free(claim)] } : nothing;
    const due = claimedAt(claim) + graceMs;
    return now < due ? { commands: [], recheckAt: due } : { commands: [free(claim)] };
  },
};

import type { Ref } from '../../events/event.ts';
import { type Claim, claimRef, renewedAnnotation } from '../../kinds/claim.ts';
import type { Command, Create, Delete, PatchObject } from '../../kinds/command.ts';
import { type ApiObject, timestamp } from '../../kinds/object.ts';
import { isRejection, type Rejection } from '../../kinds/rejection.ts';
import type { World } from '../../projections/world.ts';
import type { Submit } from '../outcome.ts';

/** Claims things for one object, as one command asks. */
export interface Claiming {
  /** Whether it is now, or was before, this object's. Rejects only for reasons other than that another has it. */
  readonly take: (name: string) => Promise<boolean | Rejection>;
  /** Whether another has it, as far as is known here. */
  readonly isTaken: (name: string) => boolean;
  /** Gives back what was taken. */
  readonly release: () => Promise<void>;
}

/** For whom and why things are claimed. */
export interface Claimant {
  /** The command that needs them. */
  readonly command: Command;
  readonly holder: Ref & { readonly uid: string };
  /** What the object has as it is recorded now. */
  readonly held: readonly string[];
}

/** Claims through the door, in the name of who asks. */
export const claimFor = ({ command, holder, held }: Claimant, world: World, submit: Submit): Claiming => {
  const taken: string[] = [];
  const { by, via, manager, causes, at, id } = command;
  const holderOf = (name: string) => world.get<Claim>(claimRef(name))?.spec.holder.uid;
  const errand = (verb: string, name: string) => ({ id: `${id}/${verb}/${name}`, at, by, via, manager, causes });

  const make = async (name: string): Promise<boolean | Rejection> => {
    // System fields are the door's to fill in.
    const object = { metadata: { name }, spec: { holder } } as unknown as ApiObject;
    const create: Create = { ...errand('claim', name), type: 'Create', ref: claimRef(name), object };
    const outcome = await submit(create);
    if (!isRejection(outcome)) {
      taken.push(name);
      return true;
    }
    return outcome.rejected === 'AlreadyExists' ? holderOf(name) === holder.uid : outcome;
  };

  /** A claim that its object had given up may be freed at any moment; one that was renewed since is left alone. */
  const renew = async (name: string): Promise<boolean | Rejection> => {
    const patch = { metadata: { annotations: { [renewedAnnotation]: `${timestamp(at)} ${id}` } } };
    const errandFor = errand('renew', name);
    const renewal: PatchObject = { ...errandFor, type: 'Patch', ref: claimRef(name), patch: { type: 'merge', patch } };
    return isRejection(await submit(renewal)) ? make(name) : true;
  };

  return {
    isTaken: (name) => {
      const by = holderOf(name);
      return by !== undefined && by !== holder.uid;
    },
    take: async (name) => {
      const present = holderOf(name);
      if (present !== undefined && present !== holder.uid) return false;
      if (command.dryRun || held.includes(name) || taken.includes(name)) return true;
      return present === undefined ? make(name) : renew(name);
    },
    release: async () => {
      for (const name of taken.splice(0)) {
        const release: Delete = { ...errand('release', name), type: 'Delete', ref: claimRef(name), options: {} };
        await submit(release);
      }
    },
  };
};

import type { Ref } from '../../events/event.ts';
import { type Claim, claimRef } from '../../kinds/claim.ts';
import type { Command, Create } from '../../kinds/command.ts';
import type { ApiObject } from '../../kinds/object.ts';
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

/** Claims for the object at `ref` with this uid; `command` is the one that needs them. */
export const claimFor = (
  command: Command,
  holder: Ref & { readonly uid: string },
  world: World,
  submit: Submit,
): Claiming => {
  const taken: string[] = [];
  const { by, via, manager, causes, at, id } = command;
  const holderOf = (name: string) => world.get<Claim>(claimRef(name))?.spec.holder.uid;
  const errand = (verb: string, name: string) => ({ id: `${id}/${verb}/${name}`, at, by, via, manager, causes });

  return {
    isTaken: (name) => {
      const by = holderOf(name);
      return by !== undefined && by !== holder.uid;
    },
    take: async (name) => {
      const present = holderOf(name);
      if (present !== undefined) return present === holder.uid;
      if (command.dryRun) return true;
      const ref = claimRef(name);
      // System fields are the door's to fill in.
      const object = { metadata: { name }, spec: { holder } } as unknown as ApiObject;
      const create: Create = { ...errand('claim', name), type: 'Create', ref, object };
      const outcome = await submit(create);
      if (!isRejection(outcome)) {
        taken.push(name);
        return true;
      }
      return outcome.rejected === 'AlreadyExists' ? holderOf(name) === holder.uid : outcome;
    },
    release: async () => {
      for (const name of taken.splice(0)) {
        await submit({ ...errand('release', name), type: 'Delete', ref: claimRef(name), options: {} } as Command);
      }
    },
  };
};

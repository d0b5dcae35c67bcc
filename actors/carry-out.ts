import type { Submit } from '../commands/outcome.ts';
import type { Command } from '../kinds/command.ts';
import { isRejection, type Rejection } from '../kinds/rejection.ts';
import type { Wanted } from './controller.ts';
import type { CarriedOut, Errand } from './errands.ts';
import { identityOf } from './identity.ts';

/** What was wished for has no object any more, or none that could be wanted: nothing failed. */
const isMoot = ({ type }: Wanted, { rejected, causes = [] }: Rejection): boolean => {
  if (type === 'Note') return true; // that users are not told stops nobody
  if (causes.some(({ reason }) => reason === 'NamespaceTerminating')) return true;
  if (type === 'Delete') return rejected === 'NotFound' || rejected === 'Conflict';
  return type !== 'Create' && rejected === 'NotFound';
};

/**
 * Carries a controller's errands to the door. `cluster` begins the id of every command: uids follow from it, and those of two
 * clusters must never be the same, for a node may still run the pods of one that is gone.
 */
export const carryOutFor = (controller: string, submit: Submit, cluster: string) => {
  const who = identityOf(controller);
  return async ({ id, at, causes, wanted }: Errand<Wanted>): Promise<CarriedOut> => {
    const command: Command = { ...wanted, ...who, id: `${cluster}/${id}`, at, causes };
    const outcome = await submit(command);
    if (!isRejection(outcome)) return { written: outcome.events.at(-1)?.position ?? -1 };
    return isMoot(wanted, outcome) ? { written: -1 } : outcome;
  };
};

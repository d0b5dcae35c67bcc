import type { Submit } from '../../commands/outcome.ts';
import type { Orders } from '../../commands/orders/orders.ts';
import type { Identity } from '../../events/event.ts';
import { LogUnavailable } from '../../events/log.ts';
import type { Command, Delete } from '../../kinds/command.ts';
import type { Pod } from '../../kinds/pod.ts';
import { forbidden, isRejection, type Rejection, serviceUnavailable } from '../../kinds/rejection.ts';
import type { World } from '../../projections/world.ts';

/** What an agent may report: of its own node, of the pods bound to it, and Events. */
const mayReport = (world: World, node: string, { type, ref }: Command): boolean => {
  if (ref.resource === 'events') return type === 'Note';
  if (ref.resource === 'nodes') return ref.name === node && (type === 'Create' || type === 'ReportStatus');
  if (ref.resource !== 'pods' || (type !== 'ReportStatus' && type !== 'Delete')) return false;
  const pod = world.get<Pod>(ref);
  // One that is gone is answered as such by the door.
  return !pod || pod.spec.nodeName === node;
};

export interface ReportTools {
  readonly world: World;
  readonly submit: Submit;
  readonly orders: Orders;
}

/** Takes a report to the door. Who says it and through what is what the connection proves, whatever the report claims. */
export const takeReport = async (
  { world, submit, orders }: ReportTools,
  node: string,
  by: Identity,
  told: Command,
): Promise<Rejection | undefined> => {
  if (!mayReport(world, node, told)) {
    const { resource, name } = told.ref;
    return forbidden(
      { resource },
      name,
      `node "${node}" may not ${told.type} it: an agent reports its own node and its pods only`,
    );
  }
  const { dryRun: _dryRun, ...rest } = told;
  const command: Command = { ...rest, by, via: `agent/${node}` };
  try {
    const outcome = await submit(command);
    if (!isRejection(outcome)) return undefined;
    const uid = command.type === 'Delete' ? (command as Delete).options.preconditions?.uid : undefined;
    // The pod was gone already: what was ordered about it is done with.
    if (uid !== undefined) await orders.send({ type: 'Forget', node, key: `pod/${uid}`, position: world.position });
    return outcome;
  } catch (error) {
    if (error instanceof LogUnavailable) return serviceUnavailable(error.message);
    throw error;
  }
};

import { concatMap, from, groupBy, mergeMap, type Subscription } from 'rxjs';
import type { Orders } from '../commands/orders/orders.ts';
import type { Submit } from '../commands/outcome.ts';

/** Carries what nodes report to the door: each node's in its order, nodes side by side. Told of a log that cannot be reached. */
export const carryReports = (orders: Orders, submit: Submit, failed: (error: unknown) => void): Subscription =>
  orders
    .reports()
    .pipe(
      groupBy(({ report }) => report.via),
      mergeMap((ofNode) =>
        ofNode.pipe(
          concatMap(({ report, done }) =>
            // Refused or not, the door has answered; what could not be asked comes again.
            from(submit(report).then(done, failed)),
          ),
        ),
      ),
    )
    .subscribe();

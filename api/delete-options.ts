import type { DeleteOptions } from '../kinds/command.ts';
import { type Fault, fault } from '../kinds/fault.ts';
import { badRequest, isRejection, type Rejection } from '../kinds/rejection.ts';
import { quote } from '../kinds/values/quote.ts';
import { readBody } from './body.ts';
import { decode } from './decode.ts';
import { dryRunFaults, invalidOptions, wholeOf } from './query.ts';
import type { Visit } from './visit.ts';

/** metav1.DeleteOptions as clients send them; checked against its type before it is taken for this. */
interface Sent extends Omit<DeleteOptions, 'propagationPolicy'> {
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly dryRun?: readonly string[];
}

/** What a deletion says. */
export interface Deletion {
  readonly options: DeleteOptions;
  readonly dryRun: boolean;
}

const policies = ['Foreground', 'Background', 'Orphan'] as const;

const faultsOf = ({ propagationPolicy, orphanDependents, dryRun = [] }: Sent): readonly Fault[] => {
  const faults: Fault[] = [];
  if (orphanDependents !== undefined && propagationPolicy !== undefined) {
    const why = 'orphanDependents and deletionPropagation cannot be both set';
    faults.push(fault.invalid('propagationPolicy', propagationPolicy, why));
  }
  if (propagationPolicy !== undefined && !policies.some((policy) => policy === propagationPolicy))
    faults.push(fault.notSupported('propagationPolicy', propagationPolicy, [...policies, 'nil']));
  return [...faults, ...dryRunFaults(dryRun)];
};

const fromQuery = (query: URLSearchParams): Sent | Rejection => {
  const gracePeriodSeconds = wholeOf(query, 'gracePeriodSeconds');
  if (isRejection(gracePeriodSeconds)) return gracePeriodSeconds;
  const policy = query.get('propagationPolicy');
  const orphan = query.get('orphanDependents');
  if (orphan && orphan !== 'true' && orphan !== 'false')
    return badRequest(`strconv.ParseBool: parsing ${quote(orphan)}: invalid syntax`);
  return {
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(policy && { propagationPolicy: policy }),
    ...(orphan && { orphanDependents: orphan === 'true' }),
    dryRun: query.getAll('dryRun'),
  };
};

/** Reads what a deletion says, in its body or, where that is empty, in its query. */
export const deletionOf = async ({ request, query }: Visit): Promise<Deletion | Rejection> => {
  const bytes = await readBody(request);
  if (isRejection(bytes)) return bytes;
  let sent: Sent | Rejection = fromQuery(query);
  if (isRejection(sent)) return sent;
  if (bytes.length > 0) {
    const expected = { apiVersion: 'v1', kind: 'DeleteOptions' };
    const decoded = decode(bytes, request.headers['content-type'], expected, 'Ignore');
    if (isRejection(decoded)) return decoded;
    sent = { ...sent, ...(decoded.object as Sent) }; // of its type: see decode
  }
  const faults = faultsOf(sent);
  if (faults.length > 0) return invalidOptions('DeleteOptions', faults);
  const { gracePeriodSeconds, preconditions, orphanDependents, propagationPolicy, dryRun = [] } = sent;
  const orphaning = orphanDependents ? 'Orphan' : 'Background';
  const policy = orphanDependents === undefined ? propagationPolicy : orphaning;
  return {
    options: {
      ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
      ...(preconditions && { preconditions }),
      // One of the three: see faultsOf.
      ...(policy && { propagationPolicy: policy as (typeof policies)[number] }),
    },
    dryRun: dryRun.length > 0,
  };
};

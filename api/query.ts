import { type Fault, fault } from '../kinds/fault.ts';
import { badRequest, invalid, type Rejection } from '../kinds/rejection.ts';
import { quote } from '../kinds/values/quote.ts';

/** A flag in a query: given without a value it is true, as Go's clients mean it. */
export const flagOf = (query: URLSearchParams, name: string): boolean => {
  const text = query.get(name);
  return text !== null && !['false', '0'].includes(text.toLowerCase());
};

/** A whole number in a query; undefined when it is absent or empty. */
export const wholeOf = (query: URLSearchParams, name: string): number | Rejection | undefined => {
  const text = query.get(name);
  if (!text) return undefined;
  return /^[+-]?\d{1,15}$/.test(text)
    ? Number(text)
    : badRequest(`strconv.ParseInt: parsing ${quote(text)}: invalid syntax`);
};

/** Options of meta.k8s.io are refused under their own name. */
export const invalidOptions = (kind: string, faults: readonly Fault[]): Rejection =>
  invalid({ kind, group: 'meta.k8s.io' }, '', faults);

/** How strictly a body is read. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** What every write may say beside its body. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly manager: string;
  readonly fieldValidation: FieldValidation;
}

const managerLengthMax = 128;
const validations: readonly string[] = ['', 'Ignore', 'Strict', 'Warn'];

const managerFaults = (manager: string): readonly Fault[] => {
  if (manager.length > managerLengthMax) return [fault.tooLong('fieldManager', managerLengthMax)];
  const at = manager.search(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u);
  if (at < 0) return [];
  const code = `U+${(manager.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return [fault.invalid('fieldManager', manager, `invalid character ${code} (at position ${at})`)];
};

/** Who writes, when the request does not say: what the client calls itself, up to the version. */
const managerFrom = (userAgent: string | undefined): string =>
  (userAgent ?? '')
    .split('/', 1)[0]
    ?.replaceAll(/[^\x20-\x7e]/g, '')
    .slice(0, managerLengthMax) || 'unknown';

/** Who writes: as the query says, or else the client's own name. */
export const managerOf = (query: URLSearchParams, userAgent: string | undefined): string =>
  query.get('fieldManager') || managerFrom(userAgent);

/** Faults of `dryRun`, wherever it stands. */
export const dryRunFaults = (values: readonly string[]): readonly Fault[] =>
  values.every((value) => value === 'All') ? [] : [fault.notSupported('dryRun', values, ['All'])];

/** Reads what a write says in its query. `kind` names it in a refusal: `CreateOptions`. */
export const writeOptionsOf = (
  query: URLSearchParams,
  userAgent: string | undefined,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
): WriteOptions | Rejection => {
  const dryRun = query.getAll('dryRun');
  const manager = query.get('fieldManager') ?? '';
  const validation = query.get('fieldValidation') ?? '';
  const faults = [
    ...dryRunFaults(dryRun),
    ...managerFaults(manager),
    ...(validations.includes(validation) ? [] : [fault.notSupported('fieldValidation', validation, validations)]),
    ...(kind === 'PatchOptions' && query.has('force')
      ? [fault.forbidden('force', 'may not be specified for non-apply patch')]
      : []),
  ];
  if (faults.length > 0) return invalidOptions(kind, faults);
  return {
    dryRun: dryRun.length > 0,
    manager: managerOf(query, userAgent),
    // Checked against the list; empty means Warn.
    fieldValidation: (validation || 'Warn') as FieldValidation,
  };
};

import { isDeepStrictEqual } from 'node:util';
import { fault } from '../fault.ts';
import { type Faults, fine } from './field-checks.ts';

/** A field that stays as it is once the object exists. */
export const checkSame = (at: string, after: unknown, before: unknown): Faults =>
  isDeepStrictEqual(after, before) ? fine : [fault.invalid(at, after, 'field is immutable')];

/** An object that may declare itself unchangeable. */
interface Sealable {
  readonly immutable?: boolean | undefined;
}

/** What a sealed object cannot change any more; `parts` names the fields it seals beside the seal itself. */
export const checkSeal = <O extends Sealable>(after: O, before: O, parts: readonly (keyof O & string)[]): Faults => {
  if (!before.immutable) return fine;
  const why = 'field is immutable when `immutable` is set';
  const changed = parts.filter((part) => !isDeepStrictEqual(after[part], before[part]));
  return [...(after.immutable ? [] : ['immutable']), ...changed].map((part) => fault.forbidden(part, why));
};

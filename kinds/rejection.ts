import { bodyOf, causeReasonOf, type Fault, textOfAll } from './fault.ts';
import { quote } from './values/quote.ts';

/** Why a request was refused: the reasons of a Kubernetes Status, each with its HTTP code. */
export const reasons = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServerTimeout: 500,
  StorageReadError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const;

export type Reason = keyof typeof reasons;

/** One of several causes of a refusal. */
export interface Cause {
  /** `FieldValueRequired`, `NamespaceTerminating`, …; absent when there is no word for it. */
  readonly reason?: string;
  readonly message: string;
  /** The field it concerns; absent when none. */
  readonly field?: string;
}

/** What the refusal is about. */
export interface Details {
  readonly name?: string;
  /** Absent for the core group. */
  readonly group?: string;
  /** The kind (`Pod`) when an object is invalid, else the resource (`pods`), as upstream does. */
  readonly kind?: string;
  readonly uid?: string;
  /** When to ask again; absent when asking again does not help. */
  readonly retryAfterSeconds?: number;
}

/** A refusal is an answer, not a failure: deciders return it, they never throw. */
export interface Rejection {
  readonly rejected: Reason;
  readonly message: string;
  readonly causes?: readonly Cause[];
  readonly details?: Details;
}

export const reject = (
  rejected: Reason,
  message: string,
  more: Pick<Rejection, 'causes' | 'details'> = {},
): Rejection => ({ rejected, message, ...more });

export const isRejection = (answer: unknown): answer is Rejection =>
  typeof answer === 'object' && answer !== null && 'rejected' in answer;

/** Whatever names a resource by its plural and group, `deployments.apps`: a Ref, a Kind. */
export interface Resourceful {
  readonly resource: string;
}

/** `deployments.apps` as the details of a Status: the group is what follows the first dot. */
const about = ({ resource }: Resourceful, name?: string): Details => {
  const dot = resource.indexOf('.');
  return {
    ...(name ? { name } : {}),
    ...(dot < 0 ? {} : { group: resource.slice(dot + 1) }),
    kind: dot < 0 ? resource : resource.slice(0, dot),
  };
};

const retry = (retryAfterSeconds: number): Details => (retryAfterSeconds > 0 ? { retryAfterSeconds } : {});

/** An object breaks its kind's rules; `faults` are listed in their order. `group` is empty for the core group. */
export const invalid = (
  { kind, group }: { readonly kind: string; readonly group: string },
  name: string,
  faults: readonly Fault[],
): Rejection => {
  const resource = group === '' ? kind : `${kind}.${group}`;
  const why = faults.length === 0 ? '' : `: ${textOfAll(faults)}`;
  return reject('Invalid', `${resource} ${quote(name)} is invalid${why}`, {
    causes: faults.map((one) => ({ reason: causeReasonOf(one), message: bodyOf(one), field: one.field })),
    details: about({ resource }, name),
  });
};

export const notFound = (of: Resourceful, name: string): Rejection =>
  reject('NotFound', `${of.resource} ${quote(name)} not found`, { details: about(of, name) });

export const alreadyExists = (of: Resourceful, name: string): Rejection =>
  reject('AlreadyExists', `${of.resource} ${quote(name)} already exists`, { details: about(of, name) });

/** No free name was found for a `generateName` after several tries. */
export const noNameLeft = (of: Resourceful, name: string): Rejection =>
  reject(
    'AlreadyExists',
    `${of.resource} ${quote(name)} already exists, the server was not able to generate a unique name for the object`,
    { details: { ...about(of, name), retryAfterSeconds: 1 } },
  );

const modified = 'the object has been modified; please apply your changes to the latest version and try again' as const;

/** The object is not as the request supposes; without `why`: it was modified since the client read it. */
export const conflict = (of: Resourceful, name: string, why: string = modified): Rejection =>
  reject('Conflict', `Operation cannot be fulfilled on ${of.resource} ${quote(name)}: ${why}`, {
    details: about(of, name),
  });

/** Not allowed, by the rights of who asks or by a rule. `name` is empty when the request names no object. */
export const forbidden = (of: Resourceful, name: string, why: string): Rejection =>
  reject('Forbidden', `${name === '' ? of.resource : `${of.resource} ${quote(name)}`} is forbidden: ${why}`, {
    details: about(of, name),
  });

export const badRequest = (message: string): Rejection => reject('BadRequest', message);

export const unauthorized = (): Rejection => reject('Unauthorized', 'Unauthorized');

/** `action` as upstream names it: `delete`, `create`. */
export const methodNotAllowed = (of: Resourceful, action: string): Rejection =>
  reject('MethodNotAllowed', `${action} is not supported on resources of kind ${quote(of.resource)}`, {
    details: about(of),
  });

export const notAcceptable = (accepted: readonly string[]): Rejection =>
  reject('NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`);

export const unsupportedMediaType = (accepted: readonly string[]): Rejection =>
  reject(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

export const requestEntityTooLarge = (why: string): Rejection =>
  reject('RequestEntityTooLarge', `Request entity too large: ${why}`);

/** What the client's resourceVersion or continue token refers to is no longer kept. */
export const expired = (message: string): Rejection => reject('Expired', message);

export const tooManyRequests = (message: string, retryAfterSeconds: number): Rejection =>
  reject('TooManyRequests', message, { details: retry(retryAfterSeconds) });

export const timeout = (why: string, retryAfterSeconds: number): Rejection =>
  reject('Timeout', `Timeout: ${why}`, { details: retry(retryAfterSeconds) });

/** The client asks for a state later than the newest there is. */
export const tooLargeResourceVersion = (asked: number, newest: number, retryAfterSeconds: number): Rejection => ({
  ...timeout(`Too large resource version: ${asked}, current: ${newest}`, retryAfterSeconds),
  causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
});

export const serviceUnavailable = (message: string): Rejection => reject('ServiceUnavailable', message);

/** A passing trouble; `operation` is the verb: `create`. */
export const serverTimeout = (of: Resourceful, operation: string, retryAfterSeconds: number): Rejection =>
  reject(
    'ServerTimeout',
    `The ${operation} operation against ${of.resource} could not be completed at this time, please try again.`,
    { details: { ...about(of, operation), ...retry(retryAfterSeconds) } },
  );

export const internalError = (why: string): Rejection =>
  reject('InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] });

/** What a JSON patch that does not apply is answered with. */
export const unprocessable = (): Rejection =>
  reject('Invalid', 'the server rejected our request due to an error in our request');

/** The answer's body: `Status` of `v1`, with keys in upstream's order. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: 'Failure';
  readonly message: string;
  readonly reason: Reason;
  readonly details?: Details & { readonly causes?: readonly Cause[] };
  readonly code: number;
}

const detailsOf = ({ details, causes }: Rejection): Status['details'] => {
  const { retryAfterSeconds, ...rest } = details ?? {};
  return {
    ...rest,
    ...(causes && causes.length > 0 ? { causes } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
};

/** The refusal as the Status that clients read; its `code` is the HTTP code. */
export const statusOf = (rejection: Rejection): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: rejection.message,
  reason: rejection.rejected,
  ...(rejection.details || rejection.causes ? { details: detailsOf(rejection) ?? {} } : {}),
  code: reasons[rejection.rejected],
});

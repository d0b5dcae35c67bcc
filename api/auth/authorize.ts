import type { Identity } from '../../events/event.ts';
import { forbidden, reject, type Rejection } from '../../kinds/rejection.ts';
import { quote } from '../../kinds/values/quote.ts';

/** A request about objects. */
export interface AskedResource {
  /** `get list watch create update patch delete deletecollection`. */
  readonly verb: string;
  /** The plural with its group: `pods`, `deployments.apps`. */
  readonly resource: string;
  /** `status`, `exec`; empty when none. */
  readonly subresource: string;
  /** Empty for cluster-scoped objects and for all namespaces. */
  readonly namespace: string;
  /** Empty when the request names no object. */
  readonly name: string;
}

/** A request about anything else. */
export interface AskedPath {
  /** The HTTP method in lower case. */
  readonly verb: string;
  /** Without the query. */
  readonly path: string;
}

export type Asked = AskedResource | AskedPath;

/** Undefined when `who` may do what is asked, else the 403. */
export type Authorize = (who: Identity, asked: Asked) => Rejection | undefined;

const isPath = (asked: Asked): asked is AskedPath => 'path' in asked;

const publicPaths = new Set(['/healthz', '/livez', '/readyz', '/version', '/version/']);
const discoveryPath = /^\/(api|apis|openapi)(\/|$)/;
/** These ask for the right to get the object themselves. */
const storyPath = /^\/reckon\/v1\/(history|why)\//;
/** What everybody may ask about themselves: upstream's role `system:basic-user`. */
const selfReviews = new Set([
  'selfsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io',
  'selfsubjectreviews.authentication.k8s.io',
]);
const nodeUser = 'system:node:';

/** The node whose agent this is; undefined when it is no agent. */
export const nodeOf = ({ user, groups }: Identity): string | undefined =>
  groups.includes('system:nodes') && user.startsWith(nodeUser) && user.length > nodeUser.length
    ? user.slice(nodeUser.length)
    : undefined;

const mayPath = (who: Identity, { verb, path }: AskedPath): boolean => {
  if (nodeOf(who) !== undefined && path.startsWith('/reckon/')) return true;
  if (verb !== 'get' && verb !== 'head') return false;
  if (publicPaths.has(path)) return true;
  return who.groups.includes('system:authenticated') && (discoveryPath.test(path) || storyPath.test(path));
};

const mayResource = ({ groups }: Identity, { verb, resource, subresource }: AskedResource): boolean =>
  groups.includes('system:authenticated') && verb === 'create' && subresource === '' && selfReviews.has(resource);

/** The refusal in upstream's words. */
export const refusal = ({ user }: Identity, asked: Asked): Rejection => {
  if (isPath(asked))
    return reject('Forbidden', `forbidden: User ${quote(user)} cannot ${asked.verb} path ${quote(asked.path)}`, {
      details: {},
    });
  const { verb, resource, subresource, namespace, name } = asked;
  const dot = resource.indexOf('.');
  const plural = dot < 0 ? resource : resource.slice(0, dot);
  const group = dot < 0 ? '' : resource.slice(dot + 1);
  const whole = subresource === '' ? plural : `${plural}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${quote(namespace)}`;
  const what = `cannot ${verb} resource ${quote(whole)} in API group ${quote(group)} ${where}`;
  return forbidden(asked, name, `User ${quote(user)} ${what}`);
};

/**
 * Who may do what, before there are roles: `system:masters` everything; an agent its link under `/reckon/`; whoever is
 * authenticated discovery, questions about itself and stories of what it may get; everybody health and version.
 */
export const authorizeByGroup: Authorize = (who, asked) => {
  if (who.groups.includes('system:masters')) return undefined;
  const may = isPath(asked) ? mayPath(who, asked) : mayResource(who, asked);
  return may ? undefined : refusal(who, asked);
};

import type { Ref } from '../../events/event.ts';
import { fault } from '../../kinds/fault.ts';
import { type ApiObject, type Stored, timestamp } from '../../kinds/object.ts';
import { badRequest, conflict, invalid, isRejection, notFound, type Rejection } from '../../kinds/rejection.ts';
import type { TokenRequest } from '../../kinds/schema/api/authentication-v1.ts';
import type { Pod } from '../../kinds/schema/api/core-v1.ts';
import { quote } from '../../kinds/values/quote.ts';
import type { World } from '../../projections/world.ts';
import { bindable, type TokenClaims, type Tokens } from './tokens.ts';

type Known = Pick<World, 'get'>;
type Bound = Pick<TokenClaims, 'boundTo' | 'node'>;

const lifeSecondsMin = 600;
const lifeSecondsMax = 2 ** 32;
const lifeSecondsDefault = 3600;
const isBindable = (kind: string): kind is keyof typeof bindable => Object.hasOwn(bindable, kind);

const whyInvalid = (seconds: number): string | undefined => {
  if (seconds < lifeSecondsMin) return 'may not specify a duration less than 10 minutes';
  if (seconds > lifeSecondsMax) return 'may not specify a duration larger than 2^32 seconds';
  return undefined;
};

const nodeOf = (world: Known, name: string | undefined): Pick<TokenClaims, 'node'> => {
  if (!name) return {};
  const uid = world.get({ resource: 'nodes', namespace: '', name })?.metadata.uid;
  return { node: { name, ...(uid === undefined ? {} : { uid }) } };
};

/** How upstream prints a type of which it cannot bind: `apps/v1, Kind=Deployment`. */
const typeText = (apiVersion: string, kind: string) =>
  `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`;

const boundOf = (world: Known, account: Ref, { spec }: TokenRequest): Bound | Rejection => {
  const { boundObjectRef: wanted } = spec;
  if (!wanted) return {};
  const { apiVersion = '', kind = '', name = '', uid } = wanted;
  if (apiVersion.includes('/') || !isBindable(kind))
    return badRequest(`cannot bind token to object of type ${typeText(apiVersion, kind)}`);
  const ref = { resource: bindable[kind], namespace: kind === 'Node' ? '' : account.namespace, name };
  const found = world.get<ApiObject>(ref);
  if (!found) return notFound(ref, name);
  // The kind was looked up by its own resource.
  const pod = kind === 'Pod' ? (found as Stored<Pod>).spec : undefined;
  if (pod && pod.serviceAccountName !== account.name)
    return badRequest(
      `cannot bind token for serviceaccount ${quote(account.name)} to pod running with different serviceaccount name.`,
    );
  if (uid && uid !== found.metadata.uid)
    return conflict(
      { resource: kind },
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  return { boundTo: { kind, name, uid: found.metadata.uid }, ...nodeOf(world, pod?.nodeName) };
};

/**
 * Answers a TokenRequest, `POST …/serviceaccounts/<name>/token`: the request with its defaults and the token in its status,
 * or why there is none, in upstream's words. A pod's volume asks with `boundObjectRef` of the pod.
 */
export const requestToken = async (
  world: Known,
  tokens: Tokens,
  account: Pick<Ref, 'namespace' | 'name'>,
  request: TokenRequest,
): Promise<TokenRequest | Rejection> => {
  const { namespace, name } = account;
  const ref = { resource: 'serviceaccounts', namespace, name };
  const found = world.get(ref);
  if (!found) return notFound(ref, name);
  const { expirationSeconds = lifeSecondsDefault, audiences } = request.spec;
  const why = whyInvalid(expirationSeconds);
  if (why !== undefined)
    return invalid({ kind: 'TokenRequest', group: 'authentication.k8s.io' }, '', [
      fault.invalid('spec.expirationSeconds', expirationSeconds, why),
    ]);
  const bound = boundOf(world, ref, request);
  if (isRejection(bound)) return bound;
  const serviceAccount = { name, uid: found.metadata.uid };
  const wanted = (audiences ?? []).length > 0 ? audiences : [tokens.audience];
  const { token, expiresAtMs } = await tokens.issue({
    namespace,
    serviceAccount,
    ...bound,
    audiences: wanted,
    lifeMs: expirationSeconds * 1000,
  });
  return {
    ...request,
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { ...request.metadata, name, namespace },
    spec: { ...request.spec, audiences: wanted, expirationSeconds },
    status: { token, expirationTimestamp: timestamp(expiresAtMs) },
  };
};

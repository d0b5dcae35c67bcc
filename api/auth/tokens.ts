import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { errors, exportJWK, type JSONWebKeySet, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Chance, Clock } from '../../events/clock.ts';
import type { Identity, Ref } from '../../events/event.ts';
import type { World } from '../../projections/world.ts';

/** An object that a token names. */
export interface Named {
  readonly name: string;
  readonly uid: string;
}

/** What a token is to say. */
export interface TokenClaims {
  readonly namespace: string;
  readonly serviceAccount: Named;
  /** The token dies with it; absent: with the service account only. */
  readonly boundTo?: Named & { readonly kind: keyof typeof bindable };
  /** The node of the pod it is bound to, for information; without a uid when there is no such node. */
  readonly node?: { readonly name: string; readonly uid?: string };
  /** Whom it is for; empty: this API server. */
  readonly audiences: readonly string[];
  readonly lifeMs: number;
}

export interface Token {
  readonly token: string;
  /** Ms since the Unix epoch, a whole second. */
  readonly expiresAtMs: number;
}

/** Issues and verifies the tokens of service accounts: JWTs, ES256, claims as upstream's. */
export interface Tokens {
  issue(claims: TokenClaims): Promise<Token>;
  /** Whose token it is; undefined when it is not ours, not for `audiences`, not in force, or its object is gone. */
  verify(token: string, audiences?: readonly string[]): Promise<Identity | undefined>;
  /** The public key, for `/openid/v1/jwks`. */
  keySet(): Promise<JSONWebKeySet>;
  /** What a token is for when it names no audience. */
  readonly audience: string;
}

export interface TokenSource {
  /** A private key on P-256: {@link Authority.serviceAccountKey}. */
  readonly key: KeyObject;
  /** A URL: `https://kubernetes.default.svc.cluster.local`. */
  readonly issuer: string;
  /** What this API server is called in tokens: `https://kubernetes.default.svc.cluster.local`. */
  readonly audience: string;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Tokens of what is not in it are worth nothing. */
  readonly world: Pick<World, 'get'>;
}

/** A token lives on this long after its object's deletionTimestamp, as upstream's: a pod's last requests still count. */
const leewayMs = 60_000;
const algorithm = 'ES256';
/** What a token can be bound to, by kind. */
export const bindable = { Pod: 'pods', Secret: 'secrets', Node: 'nodes' } as const;

/** Claims as they are signed, under the key `kubernetes.io`. */
interface Private {
  readonly namespace: string;
  readonly serviceaccount: Named;
  readonly pod?: Named;
  readonly secret?: Named;
  readonly node?: { readonly name: string; readonly uid?: string };
}

const isNamed = (value: unknown): value is Named =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'uid' in value &&
  typeof value.uid === 'string';

const privateOf = (payload: JWTPayload): Private | undefined => {
  const claims = payload['kubernetes.io'];
  if (typeof claims !== 'object' || claims === null) return undefined;
  // Each member is checked before it is used.
  const { namespace, serviceaccount, pod, secret, node } = claims as Record<string, unknown>;
  if (typeof namespace !== 'string' || !isNamed(serviceaccount)) return undefined;
  return {
    namespace,
    serviceaccount,
    ...(isNamed(pod) ? { pod } : {}),
    ...(isNamed(secret) ? { secret } : {}),
    ...(isNamed(node) ? { node } : {}),
  };
};

/** Every object whose end ends the token. A pod's node is told for information: the token outlives it. */
const boundRefs = ({ namespace, serviceaccount, pod, secret, node }: Private): readonly (readonly [Ref, string])[] => [
  [{ resource: 'serviceaccounts', namespace, name: serviceaccount.name }, serviceaccount.uid],
  ...(pod ? [[{ resource: bindable.Pod, namespace, name: pod.name }, pod.uid] as const] : []),
  ...(secret ? [[{ resource: bindable.Secret, namespace, name: secret.name }, secret.uid] as const] : []),
  ...(node && !pod ? [[{ resource: bindable.Node, namespace: '', name: node.name }, node.uid ?? ''] as const] : []),
];

const boundClaim = ({ boundTo, node }: TokenClaims): Partial<Private> => ({
  ...(node ? { node: { name: node.name, ...(node.uid ? { uid: node.uid } : {}) } } : {}),
  ...(boundTo ? { [boundTo.kind.toLowerCase()]: { name: boundTo.name, uid: boundTo.uid } } : {}),
});

/** The user and groups that a service account acts as. */
export const serviceAccountIdentity = (namespace: string, name: string): Identity => ({
  user: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
});

/** As upstream names a key: the hash of its public half. */
const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');

export const serviceAccountTokens = ({ key, issuer, audience, clock, chance, world }: TokenSource): Tokens => {
  const publicKey = createPublicKey(key);
  const kid = keyIdOf(publicKey);

  const isAlive = ([ref, uid]: readonly [Ref, string]): boolean => {
    const found = world.get(ref)?.metadata;
    if (found?.uid !== uid) return false;
    return found.deletionTimestamp === undefined || Date.parse(found.deletionTimestamp) + leewayMs >= clock.now();
  };

  const payloadOf = async (token: string, wanted: readonly string[]): Promise<JWTPayload | undefined> => {
    try {
      const { payload } = await jwtVerify(token, publicKey, {
        algorithms: [algorithm],
        issuer,
        audience: [...wanted],
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(clock.now()),
      });
      return payload;
    } catch (error) {
      // What jose says about a token is a refusal; all else is a fault of ours.
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };

  return {
    audience,
    issue: async (claims) => {
      const now = Math.floor(clock.now() / 1000);
      const expires = now + Math.floor(claims.lifeMs / 1000);
      const { user } = serviceAccountIdentity(claims.namespace, claims.serviceAccount.name);
      const inside: Private = {
        namespace: claims.namespace,
        serviceaccount: { name: claims.serviceAccount.name, uid: claims.serviceAccount.uid },
        ...boundClaim(claims),
      };
      const token = await new SignJWT({ 'kubernetes.io': inside })
        .setProtectedHeader({ alg: algorithm, kid })
        .setIssuer(issuer)
        .setSubject(user)
        .setAudience(claims.audiences.length > 0 ? [...claims.audiences] : [audience])
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(expires)
        .setJti(chance.uuid())
        .sign(key);
      return { token, expiresAtMs: expires * 1000 };
    },
    verify: async (token, wanted = [audience]) => {
      const payload = await payloadOf(token, wanted);
      const claims = payload && privateOf(payload);
      if (!claims) return undefined;
      const identity = serviceAccountIdentity(claims.namespace, claims.serviceaccount.name);
      return payload.sub === identity.user && boundRefs(claims).every(isAlive) ? identity : undefined;
    },
    keySet: async () => ({
      keys: [{ ...(await exportJWK(publicKey)), alg: algorithm, use: 'sig', kid }],
    }),
  };
};

import type { Want } from '../../commands/link/messages.ts';
import type { ApiObject } from '../../kinds/object.ts';
import type { Pod } from '../../kinds/pod.ts';
import { forbidden, isRejection, notFound, type Rejection } from '../../kinds/rejection.ts';
import type { World } from '../../projections/world.ts';
import { requestToken } from '../auth/token-request.ts';
import type { Tokens } from '../auth/tokens.ts';

export interface WantTools {
  readonly world: World;
  readonly tokens: Tokens;
}

const resources = { Secret: 'secrets', ConfigMap: 'configmaps' } as const;

/** Every name under one of these keys of a pod's spec, wherever it stands. */
const namesUnder = (value: unknown, keys: ReadonlySet<string>): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => namesUnder(item, keys));
  return Object.entries(value).flatMap(([key, inner]: readonly [string, unknown]) => {
    if (!keys.has(key)) return namesUnder(inner, keys);
    const list = Array.isArray(inner) ? inner : [inner];
    return list.flatMap(
      (one: { readonly name?: string; readonly secretName?: string }) => one.name ?? one.secretName ?? [],
    );
  });
};

const keysFor = {
  Secret: new Set(['secret', 'secretRef', 'secretKeyRef', 'imagePullSecrets']),
  ConfigMap: new Set(['configMap', 'configMapRef', 'configMapKeyRef']),
};

const mentions = ({ spec }: Pod, want: Want): boolean =>
  want.kind === 'Token'
    ? (spec.serviceAccountName ?? 'default') === want.serviceAccount
    : namesUnder(spec, keysFor[want.kind]).includes(want.name);

/** Answers what a node wants: only what a pod bound to it mounts or names, in that pod's namespace. */
export const answerWant = async (
  { world, tokens }: WantTools,
  node: string,
  want: Want,
): Promise<ApiObject | { readonly token: string } | Rejection> => {
  const resource = want.kind === 'Token' ? 'serviceaccounts' : resources[want.kind];
  const name = want.kind === 'Token' ? want.serviceAccount : want.name;
  const pod = world.indexed<Pod>('pods', 'node', node).find(({ metadata }) => metadata.uid === want.podUid);
  if (!pod || pod.metadata.namespace !== want.namespace || !mentions(pod, want)) {
    return forbidden({ resource }, name, `no pod bound to node "${node}" names it`);
  }
  if (want.kind !== 'Token') {
    const ref = { resource, namespace: want.namespace, name };
    return world.get(ref) ?? notFound({ resource }, name);
  }
  const { uid, name: podName } = pod.metadata;
  const issued = await requestToken(
    world,
    tokens,
    { namespace: want.namespace, name },
    {
      spec: {
        audiences: want.audience === '' ? [] : [want.audience],
        expirationSeconds: want.expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: podName, uid },
      },
    },
  );
  return isRejection(issued) ? issued : { token: issued.status?.token ?? '' };
};

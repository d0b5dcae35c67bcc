import type { DownwardAPIVolumeFile, KeyToPath, Volume, VolumeProjection } from '../../kinds/schema/api/core-v1.ts';
import type { ControlPlane } from '../control-plane.ts';
import { DeedFailed } from '../deed.ts';
import { fieldValue, resourceValue, type Whereabouts } from '../downward.ts';
import { type Content, fetchContent } from '../fetched.ts';
import type { PodOf } from '../pod.ts';
import type { PayloadFile } from './payload.ts';

const modeDefault = 0o644;
const tokenSecondsDefault = 3_600;

const pick = (
  content: Content | undefined,
  items: readonly KeyToPath[] | undefined,
  mode: number,
  what: string,
  optional: boolean,
): readonly PayloadFile[] => {
  if (!content) return [];
  if (!items || items.length === 0) return Array.from(content, ([path, bytes]) => ({ path, bytes, mode }));
  return items.flatMap((item) => {
    const bytes = content.get(item.key);
    if (bytes) return [{ path: item.path, bytes, mode: item.mode ?? mode }];
    if (optional) return [];
    throw new DeedFailed('FailedMount', `${what} references non-existent key: ${item.key}`);
  });
};

const downwardFile = (pod: PodOf, file: DownwardAPIVolumeFile, mode: number, where: Whereabouts): PayloadFile => {
  const { path, fieldRef, resourceFieldRef } = file;
  const value = fieldRef
    ? fieldValue(pod, fieldRef, where)
    : resourceFieldRef
      ? resourceValue(pod, resourceFieldRef.containerName ?? '', resourceFieldRef, where)
      : '';
  return { path, bytes: new TextEncoder().encode(value), mode: file.mode ?? mode };
};

const tokenFile = async (
  controlPlane: ControlPlane,
  pod: PodOf,
  {
    path,
    audience = '',
    expirationSeconds = tokenSecondsDefault,
  }: NonNullable<VolumeProjection['serviceAccountToken']>,
  mode: number,
): Promise<PayloadFile> => {
  const { namespace = '', uid } = pod.metadata;
  const serviceAccount = pod.spec.serviceAccountName ?? 'default';
  const want = { kind: 'Token', namespace, serviceAccount, podUid: uid, audience, expirationSeconds } as const;
  const { token } = (await controlPlane.fetch(want)) as { readonly token: string }; // the answer to a Token want
  return { path, bytes: new TextEncoder().encode(token), mode };
};

const projection = async (
  controlPlane: ControlPlane,
  pod: PodOf,
  source: VolumeProjection,
  mode: number,
  where: Whereabouts,
): Promise<readonly PayloadFile[]> => {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap) return fromObject(controlPlane, pod, 'ConfigMap', configMap.name ?? '', configMap, mode);
  if (secret) return fromObject(controlPlane, pod, 'Secret', secret.name ?? '', secret, mode);
  if (downwardAPI) return (downwardAPI.items ?? []).map((file) => downwardFile(pod, file, mode, where));
  if (serviceAccountToken) return [await tokenFile(controlPlane, pod, serviceAccountToken, mode)];
  throw new DeedFailed(
    'FailedMount',
    `Cannot project ${Object.keys(source).join(', ') || 'nothing'}: this node knows configMap, secret, downwardAPI and serviceAccountToken`,
  );
};

const fromObject = async (
  controlPlane: ControlPlane,
  pod: PodOf,
  kind: 'ConfigMap' | 'Secret',
  name: string,
  { items, optional = false }: { readonly items?: readonly KeyToPath[]; readonly optional?: boolean },
  mode: number,
): Promise<readonly PayloadFile[]> =>
  pick(await fetchContent(controlPlane, pod, kind, name, optional), items, mode, kind.toLowerCase(), optional);

/** The files of a volume that shows objects of the API; `undefined` for one that does not. */
export const contentsOf = async (
  controlPlane: ControlPlane,
  pod: PodOf,
  { configMap, secret, downwardAPI, projected }: Volume,
  where: Whereabouts,
): Promise<readonly PayloadFile[] | undefined> => {
  if (configMap)
    return fromObject(
      controlPlane,
      pod,
      'ConfigMap',
      configMap.name ?? '',
      configMap,
      configMap.defaultMode ?? modeDefault,
    );
  if (secret)
    return fromObject(controlPlane, pod, 'Secret', secret.secretName ?? '', secret, secret.defaultMode ?? modeDefault);
  if (downwardAPI)
    return (downwardAPI.items ?? []).map((file) =>
      downwardFile(pod, file, downwardAPI.defaultMode ?? modeDefault, where),
    );
  if (!projected) return undefined;
  const mode = projected.defaultMode ?? modeDefault;
  const parts = await Promise.all(
    projected.sources.map((source) => projection(controlPlane, pod, source, mode, where)),
  );
  return parts.flat();
};

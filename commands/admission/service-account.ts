import type { Pod } from '../../kinds/pod.ts';
import { forbidden } from '../../kinds/rejection.ts';
import type { Container, Volume } from '../../kinds/schema/api/core-v1.ts';
import type { ServiceAccount } from '../../kinds/service-account.ts';
import { nameFrom } from '../draft.ts';
import { onNewPods } from './pods.ts';

/** Where every container finds its token, unless something else is mounted there. */
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const volumePrefix = 'kube-api-access-';
/** An hour and seven seconds: a token that the agent renews in time, told apart from one asked for by hand. */
const tokenSeconds = 3_607;
/** In each namespace: the certificate by which pods know the API server. */
const authorityConfigMap = 'kube-root-ca.crt';

const accessVolume = (name: string): Volume => ({
  name,
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: tokenSeconds } },
      { configMap: { name: authorityConfigMap, items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  },
});

const withMount =
  (volume: string) =>
  (container: Container): Container => {
    const mounts = container.volumeMounts ?? [];
    if (mounts.some(({ mountPath }) => mountPath === tokenPath)) return container;
    return { ...container, volumeMounts: [...mounts, { name: volume, readOnly: true, mountPath: tokenPath }] };
  };

const mountToken = (pod: Pod, commandId: string): Pod => {
  const volumes = pod.spec.volumes ?? [];
  const there = volumes.find(({ name }) => name.startsWith(volumePrefix));
  const volume = there ?? accessVolume(nameFrom(volumePrefix, commandId, 0));
  const mount = withMount(volume.name);
  // A pod without containers is refused later, in better words.
  const { initContainers, containers = [] } = pod.spec as Partial<Pod['spec']>;
  const spec = {
    ...pod.spec,
    ...(initContainers && { initContainers: initContainers.map(mount) }),
    containers: containers.map(mount),
  };
  const isUsed = [...(spec.initContainers ?? []), ...spec.containers].some(({ volumeMounts }) =>
    volumeMounts?.some(({ name }) => name === volume.name),
  );
  return { ...pod, spec: isUsed && !there ? { ...spec, volumes: [...volumes, volume] } : spec };
};

/** Every pod runs as a ServiceAccount of its namespace, and finds that account's token in its containers. */
export const serviceAccount = onNewPods('ServiceAccount', ({ command, kind, pod, world }) => {
  const { namespace, name } = command.ref;
  const account = pod.spec.serviceAccountName || 'default';
  const found = world.get<ServiceAccount>({ resource: 'serviceaccounts', namespace, name: account });
  if (!found) {
    const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
    return forbidden(kind, name, why);
  }
  const { imagePullSecrets = [] } = pod.spec;
  const pull = imagePullSecrets.length > 0 ? imagePullSecrets : found.imagePullSecrets;
  const owned: Pod = {
    ...pod,
    spec: {
      ...pod.spec,
      serviceAccountName: account,
      serviceAccount: account,
      ...(pull && { imagePullSecrets: pull }),
    },
  };
  const mounts = pod.spec.automountServiceAccountToken ?? found.automountServiceAccountToken ?? true;
  return mounts ? mountToken(owned, command.id) : owned;
});

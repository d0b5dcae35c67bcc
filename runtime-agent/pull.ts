import type { Container } from '../kinds/schema/api/core-v1.ts';
import type { ControlPlane } from './control-plane.ts';
import { DeedFailed } from './deed.ts';
import { fetchContent } from './fetched.ts';
import type { Credentials } from './image.ts';
import type { TellUsers } from './notes.ts';
import type { PodOf } from './pod.ts';
import { type Runtime, RuntimeFailure } from './runtime.ts';

interface PullTools {
  readonly runtime: Runtime;
  readonly controlPlane: ControlPlane;
  readonly tell: TellUsers;
}

/** The registry an image comes from: the part before the first slash if it looks like a host, else Docker Hub. */
const registryOf = (image: string): string => {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost ? first : 'docker.io';
};

interface DockerConfig {
  readonly auths?: Readonly<
    Record<string, { readonly auth?: string; readonly username?: string; readonly password?: string }>
  >;
}

const hostOf = (server: string): string =>
  server
    .replace(/^https?:\/\//, '')
    .split('/')[0]
    ?.replace(/^index\.docker\.io$/, 'docker.io') ?? server;

/** Credentials from the pod's pull secrets (`kubernetes.io/dockerconfigjson`); the first that names the registry. */
const credentialsFor = async (
  { controlPlane }: PullTools,
  pod: PodOf,
  image: string,
): Promise<Credentials | undefined> => {
  for (const { name = '' } of pod.spec.imagePullSecrets ?? []) {
    const content = await fetchContent(controlPlane, pod, 'Secret', name, true);
    const bytes = content?.get('.dockerconfigjson');
    if (!bytes) continue;
    const { auths = {} } = JSON.parse(new TextDecoder().decode(bytes)) as DockerConfig; // validated as JSON when the Secret was made
    for (const [server, { auth, username, password }] of Object.entries(auths)) {
      if (hostOf(server) !== registryOf(image)) continue;
      if (username !== undefined && password !== undefined) return { username, password };
      const [user = '', ...secret] = Buffer.from(auth ?? '', 'base64')
        .toString('utf8')
        .split(':');
      return { username: user, password: secret.join(':') };
    }
  }
  return undefined;
};

const explain = (image: string, error: unknown): DeedFailed => {
  const text = error instanceof Error ? error.message : String(error);
  const invalid = error instanceof RuntimeFailure && error.kind === 'Refused';
  return new DeedFailed(
    invalid ? 'InvalidImageName' : 'ErrImagePull',
    invalid ? `Failed to apply default image tag "${image}": ${text}` : text,
    error,
  );
};

/** Sees to it that the container's image is on the node, as its pull policy says. */
export const pull = async (tools: PullTools, pod: PodOf, container: Container): Promise<void> => {
  const { runtime, tell } = tools;
  const image = container.image ?? '';
  const policy = container.imagePullPolicy ?? 'IfNotPresent';
  const present = policy === 'Always' ? undefined : await runtime.image(image);
  if (present) {
    tell(pod, 'Normal', 'Pulled', `Container image "${image}" already present on machine`, container.name);
    return;
  }
  if (policy === 'Never') {
    const text = `Container image "${image}" is not present with pull policy of Never`;
    tell(pod, 'Warning', 'ErrImageNeverPull', text, container.name);
    throw new DeedFailed('ErrImageNeverPull', text);
  }
  tell(pod, 'Normal', 'Pulling', `Pulling image "${image}"`, container.name);
  try {
    const { sizeBytes } = await runtime.pullImage(image, await credentialsFor(tools, pod, image));
    tell(
      pod,
      'Normal',
      'Pulled',
      `Successfully pulled image "${image}". Image size: ${sizeBytes} bytes.`,
      container.name,
    );
  } catch (error) {
    const failed = explain(image, error);
    tell(pod, 'Warning', 'Failed', `Failed to pull image "${image}": ${failed.message}`, container.name);
    tell(pod, 'Warning', 'Failed', `Error: ${failed.reason}`, container.name);
    throw failed;
  }
};

import type { ServeService } from '../commands/orders/order.ts';
import type { Container, EnvVar } from '../kinds/schema/api/core-v1.ts';
import type { ControlPlane } from './control-plane.ts';
import { DeedFailed } from './deed.ts';
import { fieldValue, resourceValue, type Whereabouts } from './downward.ts';
import { type Content, fetchContent } from './fetched.ts';
import type { PodOf } from './pod.ts';

/** `$(NAME)` as its value, `$$` as `$`; a name that is not set stays as it is written. */
export const expand = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\$(\$|\(([^)]*)\))/g, (whole, first: string, name: string | undefined) =>
    first === '$' ? '$' : (values.get(name ?? '') ?? whole),
  );

const wordOf = (name: string) => name.toUpperCase().replaceAll('-', '_');

/** The variables by which a pod finds the Services of its namespace, and `kubernetes` everywhere. */
export const serviceVariables = (
  services: readonly ServeService[],
  namespace: string,
  links: boolean,
): ReadonlyMap<string, string> => {
  const variables = new Map<string, string>();
  for (const { name, namespace: of, clusterIPs, ports } of services) {
    const [ip] = clusterIPs;
    const [first] = ports;
    const isMaster = of === 'default' && name === 'kubernetes';
    if (!ip || !first || !(isMaster || (links && of === namespace))) continue;
    const word = wordOf(name);
    variables.set(`${word}_SERVICE_HOST`, ip);
    variables.set(`${word}_SERVICE_PORT`, String(first.port));
    for (const port of ports)
      if (port.name !== '') variables.set(`${word}_SERVICE_PORT_${wordOf(port.name)}`, String(port.port));
    variables.set(`${word}_PORT`, `${first.protocol.toLowerCase()}://${ip}:${first.port}`);
    for (const { protocol, port } of ports) {
      const prefix = `${word}_PORT_${port}_${protocol}`;
      variables.set(prefix, `${protocol.toLowerCase()}://${ip}:${port}`);
      variables.set(`${prefix}_PROTO`, protocol.toLowerCase());
      variables.set(`${prefix}_PORT`, String(port));
      variables.set(`${prefix}_ADDR`, ip);
    }
  }
  return variables;
};

const decoder = new TextDecoder();
const validName = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

const keyOf = (content: Content | undefined, key: string, optional: boolean, what: string): string | undefined => {
  const bytes = content?.get(key);
  if (bytes) return decoder.decode(bytes);
  if (optional) return undefined;
  throw new DeedFailed('CreateContainerConfigError', `couldn't find key ${key} in ${what}`);
};

/** What a container's environment is made from. */
export interface EnvironmentTools {
  readonly controlPlane: ControlPlane;
  readonly services: readonly ServeService[];
  readonly where: Whereabouts;
}

const valueOf = async (
  tools: EnvironmentTools,
  pod: PodOf,
  container: string,
  variable: EnvVar,
): Promise<string | undefined> => {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = variable.valueFrom ?? {};
  const namespace = pod.metadata.namespace ?? '';
  if (fieldRef) return fieldValue(pod, fieldRef, tools.where);
  if (resourceFieldRef) return resourceValue(pod, container, resourceFieldRef, tools.where);
  if (configMapKeyRef) {
    const { name = '', key, optional = false } = configMapKeyRef;
    const content = await fetchContent(tools.controlPlane, pod, 'ConfigMap', name, optional);
    return keyOf(content, key, optional, `ConfigMap ${namespace}/${name}`);
  }
  if (secretKeyRef) {
    const { name = '', key, optional = false } = secretKeyRef;
    const content = await fetchContent(tools.controlPlane, pod, 'Secret', name, optional);
    return keyOf(content, key, optional, `Secret ${namespace}/${name}`);
  }
  throw new DeedFailed(
    'CreateContainerConfigError',
    `environment variable ${variable.name} has a source that this node does not know`,
  );
};

/** A container's environment: Services first, then whole ConfigMaps and Secrets, then its own variables; the last one wins. */
export const environmentOf = async (
  tools: EnvironmentTools,
  pod: PodOf,
  container: Container,
): Promise<ReadonlyMap<string, string>> => {
  const namespace = pod.metadata.namespace ?? '';
  const variables = new Map(serviceVariables(tools.services, namespace, pod.spec.enableServiceLinks ?? true));
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const ref = configMapRef ?? secretRef;
    if (!ref) continue;
    const kind = configMapRef ? 'ConfigMap' : 'Secret';
    const content = await fetchContent(tools.controlPlane, pod, kind, ref.name ?? '', ref.optional ?? false);
    for (const [key, bytes] of content ?? []) {
      if (validName.test(prefix + key)) variables.set(prefix + key, decoder.decode(bytes));
    }
  }
  for (const variable of container.env ?? []) {
    const value = variable.valueFrom
      ? await valueOf(tools, pod, container.name, variable)
      : expand(variable.value ?? '', variables);
    if (value !== undefined) variables.set(variable.name, value);
  }
  return variables;
};

import type { ConfigMap, Secret } from '../kinds/schema/api/core-v1.ts';
import { type ControlPlane, FetchFailed } from './control-plane.ts';
import type { PodOf } from './pod.ts';

/** Keys and bytes of a ConfigMap or a Secret; `undefined` when it is optional and not there. */
export type Content = ReadonlyMap<string, Uint8Array>;

const bytesOf = (text: string) => new TextEncoder().encode(text);

const contentOf = (object: ConfigMap & Secret, isSecret: boolean): Content => {
  if (isSecret)
    return new Map(Object.entries(object.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')]));
  return new Map([
    ...Object.entries(object.data ?? {}).map(([key, value]): [string, Uint8Array] => [key, bytesOf(value)]),
    ...Object.entries(object.binaryData ?? {}).map(([key, value]): [string, Uint8Array] => [
      key,
      Buffer.from(value, 'base64'),
    ]),
  ]);
};

/** What is in a ConfigMap or Secret of the pod's namespace right now. */
export const fetchContent = async (
  controlPlane: ControlPlane,
  pod: PodOf,
  kind: 'ConfigMap' | 'Secret',
  name: string,
  optional: boolean,
): Promise<Content | undefined> => {
  const want = { kind, namespace: pod.metadata.namespace ?? '', name, podUid: pod.metadata.uid } as const;
  try {
    // The server answers a Want with the object it names.
    return contentOf((await controlPlane.fetch(want)) as ConfigMap & Secret, kind === 'Secret');
  } catch (error) {
    if (!(error instanceof FetchFailed) || error.rejection?.rejected !== 'NotFound') throw error;
    if (optional) return undefined;
    throw new FetchFailed(`${kind.toLowerCase()} "${name}" not found`, error.rejection);
  }
};

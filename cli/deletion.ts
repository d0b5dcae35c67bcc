import { bodyOf, type Client } from './client.ts';
import { pause } from './pause.ts';
import { pathOf, type Resource } from './resources.ts';

/** An object that is to go. */
export interface Doomed {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  /** Of the very object; absent while it is not known. */
  readonly uid?: string;
}

/** How it is to go: part of DeleteOptions. */
export interface Deletion {
  readonly propagationPolicy: 'Background' | 'Foreground' | 'Orphan';
  readonly gracePeriodSeconds?: number;
}

const lookMs = 150;

/** Asks for a deletion. Answers the object's uid, undefined when it is not there and need not be. */
export const deleteObject = async (
  client: Client,
  { resource, namespace, name }: Doomed,
  deletion: Deletion,
  ignoreNotFound: boolean,
): Promise<string | undefined> => {
  const answer = await client.ask({
    method: 'DELETE',
    path: `${pathOf(resource, namespace, name)}?fieldManager=reckon-delete`,
    contentType: 'application/json',
    body: JSON.stringify({ kind: 'DeleteOptions', apiVersion: 'v1', ...deletion }),
  });
  if (answer.code === 404 && ignoreNotFound) return undefined;
  const body = bodyOf(answer) as {
    readonly metadata?: { readonly uid?: string };
    readonly details?: { readonly uid?: string };
  }; // the object as it last was, or a Status
  return body.metadata?.uid ?? body.details?.uid ?? '';
};

/** Waits until the object is gone, or another stands under its name; or until the signal ends the wait. */
export const waitUntilGone = async (
  client: Client,
  { resource, namespace, name, uid }: Doomed,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const path = pathOf(resource, namespace, name);
  for (;;) {
    const answer = await client.ask({ path });
    if (answer.code === 404 || signal?.aborted) return;
    const { metadata } = bodyOf(answer) as { readonly metadata: { readonly uid: string } }; // an object
    if (uid !== '' && metadata.uid !== uid) return;
    await pause(lookMs);
  }
};

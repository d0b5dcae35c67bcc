import type { ApiObject } from '../../kinds/object.ts';
import type { RealCluster } from './real-cluster.ts';

/** One event of a watch. */
export interface Told<O extends ApiObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: O;
}

export interface Watched<O extends ApiObject> {
  /** Every event so far, in the order of the log. */
  readonly told: readonly Told<O>[];
  /** Ends the watch. */
  stop(): Promise<void>;
}

/** Watches a list from what is there now: `path` is the list's. */
export const watchList = async <O extends ApiObject>(cluster: RealCluster, path: string): Promise<Watched<O>> => {
  const client = cluster.client();
  const told: Told<O>[] = [];
  const ended = new AbortController();
  const begun = Promise.withResolvers<void>();
  let text = '';
  const over = client.ask({
    path: `${path}${path.includes('?') ? '&' : '?'}watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan`,
    signal: ended.signal,
    onChunk: (chunk) => {
      text += chunk.toString();
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const event = JSON.parse(text.slice(0, end)) as Told<O> | { readonly type: 'BOOKMARK' };
        text = text.slice(end + 1);
        if (event.type === 'BOOKMARK') begun.resolve();
        else told.push(event);
      }
    },
  });
  over.then(({ code, body }) => begun.reject(new Error(`The watch of ${path} ended: ${code} ${body}`)), begun.reject);
  await begun.promise;
  return {
    told,
    stop: async () => {
      ended.abort();
      await over;
      client.close();
    },
  };
};

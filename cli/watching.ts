import { bodyOf, type Client } from './client.ts';
import { listPath, type Sought } from './listing.ts';
import { UserError } from './output.ts';
import { pause } from './pause.ts';

/** One event of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

const againMs = 500;

/** Hands over what comes in, line by line. */
const inLines = (take: (line: string) => void): ((chunk: Buffer) => void) => {
  const decoder = new TextDecoder();
  let rest = '';
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') take(line);
  };
};

const versionOf = (object: unknown): string | undefined =>
  (object as { readonly metadata?: { readonly resourceVersion?: string } }).metadata?.resourceVersion;

/** Tells of everything that changes after `version`, until the signal ends it. Asks again when the server ends the answer. */
export const watch = async (
  client: Client,
  sought: Sought,
  version: string,
  { accept, signal, take }: { accept?: string; signal?: AbortSignal | undefined; take: (event: WatchEvent) => void },
): Promise<void> => {
  let from = version;
  const failures: UserError[] = [];
  const isOver = () => signal?.aborted || failures.length > 0;
  while (!isOver()) {
    const answer = await client.ask({
      path: listPath(sought, { watch: 'true', resourceVersion: from, allowWatchBookmarks: 'true' }),
      ...(accept && { accept }),
      ...(signal && { signal }),
      onChunk: inLines((line) => {
        const event = JSON.parse(line) as WatchEvent; // what a watch's lines are
        if (event.type === 'ERROR') {
          const { message, reason } = event.object as { readonly message?: string; readonly reason?: string }; // a Status
          failures.push(new UserError(`Error from server (${reason ?? 'unknown'}): ${message ?? 'the watch ended'}`));
          return;
        }
        from = versionOf(event.object) ?? from;
        if (event.type !== 'BOOKMARK') take(event);
      }),
    });
    if (answer.code >= 300) bodyOf(answer);
    // A server that is going down ends every answer at once.
    if (!isOver()) await pause(againMs);
  }
  if (failures[0]) throw failures[0];
};

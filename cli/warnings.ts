import type { Answer } from './client.ts';
import type { Terminal } from './output.ts';

/** Shows what the server warns of in an answer: RFC 9111's `299 - "text"`. */
export const showWarnings = ({ err }: Terminal, { headers }: Pick<Answer, 'headers'>): void => {
  const header = headers['warning'];
  const lines = Array.isArray(header) ? header.join(', ') : (header ?? '');
  for (const [, text = ''] of lines.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g))
    err(`Warning: ${text.replaceAll(/\\(.)/g, '$1')}\n`);
};

import type { ApiSurroundings, Check } from './here.ts';
import { type Answer, textAnswer } from './answer.ts';
import type { Page } from './routes.ts';

const isExcluded = (query: URLSearchParams, { name }: Check) => query.getAll('exclude').includes(name);

const linesOf = (checks: readonly Check[]): readonly string[] =>
  // Upstream withholds why from those who may not be admins; the operator finds it in the log.
  checks.map((check) =>
    check.failing() === undefined ? `[+]${check.name} ok` : `[-]${check.name} failed: reason withheld`,
  );

const answerFor = (what: string, checks: readonly Check[], query: URLSearchParams): Answer => {
  const asked = checks.filter((check) => !isExcluded(query, check));
  const failed = asked.some((check) => check.failing() !== undefined);
  if (!failed && !query.has('verbose')) return textAnswer(200, 'ok');
  const verdict = `${what} check ${failed ? 'failed' : 'passed'}`;
  return textAnswer(failed ? 500 : 200, `${linesOf(asked).join('\n')}\n${verdict}\n`);
};

const alive: Check = { name: 'ping', failing: () => undefined };

/** `/healthz`, `/livez`, `/readyz`, and each check by its name below them. */
export const healthPages = ({ checks = [] }: Pick<ApiSurroundings, 'checks'>): Readonly<Record<string, Page>> => {
  const pages: Record<string, Page> = {};
  for (const what of ['healthz', 'livez', 'readyz']) {
    // What lives may not be ready yet.
    const those = what === 'livez' ? [alive] : [alive, ...checks];
    pages[`/${what}`] = { answer: ({ query }) => answerFor(what, those, query) };
    for (const check of those)
      pages[`/${what}/${check.name}`] = { answer: ({ query }) => answerFor(check.name, [check], query) };
  }
  return pages;
};

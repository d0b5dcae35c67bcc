import { timestamp } from '../../kinds/object.ts';
import { badRequest, internalError, isRejection, type Rejection } from '../../kinds/rejection.ts';
import type { Call } from '../../commands/link/messages.ts';
import { addresseeOf } from '../agents/call-target.ts';
import { streamed } from '../answer.ts';
import { flagOf, wholeOf } from '../query.ts';
import type { Verb } from '../visit.ts';

type LogCall = Extract<Call, { readonly verb: 'logs' }>;
type LogOptions = Omit<LogCall, 'verb' | 'target'>;

/** What the query of a log request asks for; 400 in upstream's words for what it cannot mean. */
const optionsOf = (query: URLSearchParams, now: number): LogOptions | Rejection => {
  const [tailLines, limitBytes, sinceSeconds] = ['tailLines', 'limitBytes', 'sinceSeconds'].map((name) =>
    wholeOf(query, name),
  );
  for (const value of [tailLines, limitBytes, sinceSeconds]) if (isRejection(value)) return value;
  const sinceTime = query.get('sinceTime');
  if (sinceTime && sinceSeconds !== undefined)
    return badRequest('at most one of `sinceTime` or `sinceSeconds` may be specified');
  if (sinceTime && Number.isNaN(Date.parse(sinceTime)))
    return badRequest(`cannot parse sinceTime "${sinceTime}" as an RFC 3339 time`);
  const since = sinceTime ?? (typeof sinceSeconds === 'number' ? timestamp(now - sinceSeconds * 1_000) : undefined);
  return {
    follow: flagOf(query, 'follow'),
    previous: flagOf(query, 'previous'),
    timestamps: flagOf(query, 'timestamps'),
    ...(typeof tailLines === 'number' && { tailLines }),
    ...(typeof limitBytes === 'number' && { limitBytes }),
    ...(since && { since }),
  };
};

/** What a container wrote, as its node reads it; with `follow` for as long as the client listens. */
export const log: Verb = async ({ query, response }, { namespace, name }, here) => {
  const options = optionsOf(query, here.clock.now());
  if (isRejection(options)) return options;
  const found = addresseeOf(here.projection.world, namespace, name, query.get('container'));
  if (isRejection(found)) return found;
  const { node, target } = found;
  const call = here.links.call(node, { verb: 'logs', target, ...options });
  if (!call) return internalError(`node "${node}" is not connected, so the logs of pod "${name}" cannot be read now`);

  response.on('close', () => call.hangUp());
  const first = await Promise.race([call.began.then(() => undefined), call.ended]);
  if (first?.error !== undefined) return badRequest(first.error);
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  call.stderr.resume();
  call.stdout.pipe(response);
  return streamed;
};

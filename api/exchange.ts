import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Identity } from '../events/event.ts';
import { internalError, isRejection, reject, type Rejection, timeout } from '../kinds/rejection.ts';
import { type Answer, lengthOf, refusalAnswer, send, streamed } from './answer.ts';
import { finish } from './finish.ts';
import type { InFlight } from './in-flight.ts';
import { nowhere } from './nowhere.ts';
import { openOutbox } from './outbox.ts';
import { flagOf } from './query.ts';
import { type Asking, askingOf } from './request-url.ts';
import type { Deed, Deeds, Page, Routes } from './routes.ts';
import type { Here, Reply, Target, Visit } from './visit.ts';

/** How long a request may take that does not last by its nature, in ms. */
const requestMsMax = 60_000;

const reading = new Set(['GET', 'HEAD']);

/** What upstream answers where the path is right and the method is not. */
const wrongMethod = reject('MethodNotAllowed', 'the server does not allow this method on the requested resource', {
  details: {},
});
const pastIsPast = reject('MethodNotAllowed', 'The past cannot be changed: only read requests may name a moment.', {
  details: {},
});

/** What the API does with requests, once it stands. */
export interface Premises {
  readonly here: Here;
  readonly routes: Routes;
  readonly inFlight: InFlight;
  /** Told of each answer: what was asked, the HTTP code, and how long it took. */
  readonly observe: (asked: Noted, code: number, ms: number) => void;
}

/** What a request turned out to ask. */
export interface Noted {
  verb: string;
  /** Empty for pages. */
  resource: string;
  subresource: string;
}

const deedFor = (deeds: Deeds, method: string, query: URLSearchParams): Deed | undefined => {
  if (method === 'GET' && deeds['WATCH'] && query.size > 0 && flagOf(query, 'watch')) return deeds['WATCH'];
  return deeds[method];
};

/** Who may come in for this, or why not. */
const refusedTo = (
  who: Identity,
  { path }: Asking,
  method: string,
  found: { target: Target; deed: Deed | undefined } | undefined,
  { authorize }: Here,
): Rejection | undefined => {
  if (!found?.deed) return authorize(who, { verb: method.toLowerCase(), path });
  const { kind, namespace, name, subresource } = found.target;
  return authorize(who, { verb: found.deed.verb, resource: kind.resource, subresource, namespace, name });
};

/** Ends what takes too long with a refusal; what it then comes to is not told. */
const within = (reply: Promise<Reply>, { clock }: Here): Promise<Reply> =>
  new Promise((resolve, fail) => {
    const timer = clock.setTimeout(
      () => resolve(timeout('request did not complete within the allotted timeout', 0)),
      requestMsMax,
    );
    reply.then(resolve, fail).finally(() => clock.clearTimeout(timer));
  });

const pageReply = (
  page: Page,
  parameters: Readonly<Record<string, string | undefined>>,
  visit: Visit,
  method: string,
) => (page.anyMethod || reading.has(method) ? page.answer(visit, parameters) : wrongMethod);

const answerTo = (reply: Reply): Answer | typeof streamed => (isRejection(reply) ? refusalAnswer(reply) : reply);

const failure = (error: unknown): Answer =>
  refusalAnswer(internalError(error instanceof Error ? error.message : 'unknown'));

const auditIdLengthMax = 64;

/** What every answer says beside itself: an id to find the request by, its client's or one that counts up. */
const headersWith = (prefix: string) => {
  let count = 0;
  return ({ headers }: IncomingMessage): readonly (readonly [string, string])[] => {
    const sent = headers['audit-id'];
    const id =
      typeof sent === 'string' ? sent.slice(0, auditIdLengthMax) : prefix + (++count).toString(16).padStart(12, '0');
    return [
      ['Audit-Id', id],
      ['Cache-Control', 'no-cache, private'],
    ];
  };
};

/** Answers every request: who asks, may they, what is asked, and what came of it. */
export const answerWith = ({ here, routes, inFlight, observe }: Premises) => {
  const outbox = openOutbox();
  const headersOf = headersWith(here.chance.uuid().slice(0, 24));
  const replyTo = async (
    asking: Asking,
    request: IncomingMessage,
    response: ServerResponse,
    note: Noted,
  ): Promise<Reply> => {
    const { method = 'GET' } = request;
    const who = await here.authenticate(request);
    if (isRejection(who)) return who;
    const destination = routes(asking.path);
    const deed = destination && 'target' in destination ? deedFor(destination.deeds, method, asking.query) : undefined;
    const found = destination && 'target' in destination ? { target: destination.target, deed } : undefined;
    note.verb = deed?.verb ?? method.toLowerCase();
    note.resource = found?.target.kind.resource ?? '';
    note.subresource = found?.target.subresource ?? '';

    const refused = refusedTo(who, asking, method, found, here);
    if (refused) return refused;
    if (!destination) return nowhere(asking.path, here);
    const visit: Visit = { request, response, who, ...asking };
    if ('page' in destination) return pageReply(destination.page, destination.parameters, visit, method);
    if (!deed) return wrongMethod;
    if (asking.when !== undefined && !reading.has(method)) return pastIsPast;
    if (deed.lasting) {
      // It writes its own head, when it has something to say.
      for (const [name, value] of headersOf(request)) response.setHeader(name, value);
      return deed.run(visit, destination.target, here);
    }

    const left = inFlight.enter(!reading.has(method));
    if (isRejection(left)) return left;
    try {
      const reply = deed.run(visit, destination.target, here);
      return reply instanceof Promise ? await within(reply, here) : reply;
    } finally {
      left();
    }
  };

  const deliver = (request: IncomingMessage, response: ServerResponse, answer: Answer) => {
    try {
      send(response, answer, headersOf(request));
    } catch (error) {
      // What Node does not let out: the client sees the connection end, the operator why.
      here.report({ what: `${request.method} ${request.url}`, error });
      response.destroy();
    }
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const since = here.clock.now();
    const note: Noted = { verb: 'get', resource: '', subresource: '' };
    let code = 500;
    try {
      const asking = askingOf(request.url ?? '/');
      const reply = isRejection(asking) ? asking : await replyTo(asking, request, response, note);
      const answer = answerTo(reply);
      code = answer === streamed ? 200 : answer.code;
      if (answer !== streamed && !response.headersSent) {
        const query = isRejection(asking) ? new URLSearchParams() : asking.query;
        const finished = finish(answer, request, query);
        const ready = finished instanceof Promise ? await finished : finished;
        outbox(lengthOf(ready), () => deliver(request, response, ready));
      }
    } catch (error) {
      // Every fault of ours ends here: the client learns that it is not to blame, the operator what happened.
      here.report({ what: `${request.method} ${request.url}`, error });
      if (response.headersSent) response.destroy();
      else deliver(request, response, failure(error));
    }
    observe(note, code, here.clock.now() - since);
  };
};

import type { ServerResponse } from 'node:http';
import { type Rejection, reasons, statusOf } from '../kinds/rejection.ts';
import { mediaTypes } from './accept.ts';

/** What a request is answered with, ready to be sent. */
export interface Answer {
  readonly code: number;
  /** The Content-Type. */
  readonly type: string;
  /** In pieces, so that cached bytes are sent as they are. */
  readonly body: readonly Uint8Array[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** The verb answers by itself, now or later: a watch, a stream of logs. */
export const streamed = Symbol('streamed');
export type Streamed = typeof streamed;

export const textAnswer = (code: number, text: string): Answer => ({
  code,
  type: 'text/plain; charset=utf-8',
  body: [Buffer.from(text)],
});

/** Any JSON that is not an object of the World. Ends with a newline, as upstream's. */
export const jsonAnswer = (code: number, value: unknown, type: string = mediaTypes.json): Answer => ({
  code,
  type,
  body: [Buffer.from(`${JSON.stringify(value)}\n`)],
});

/** A refused page of a list: with a token that goes on without consistency. */
export interface PageRefusal extends Rejection {
  readonly continue?: string;
}

/** A refusal as the Status that clients read. */
export const refusalAnswer = (rejection: PageRefusal): Answer => {
  const { continue: token, rejected, details } = rejection;
  const status = statusOf(rejection);
  const answer = jsonAnswer(
    reasons[rejected],
    token === undefined ? status : { ...status, metadata: { continue: token } },
  );
  const seconds = details?.retryAfterSeconds;
  return seconds === undefined ? answer : { ...answer, headers: { 'Retry-After': String(seconds) } };
};

/** Of an answer's body, in bytes. */
export const lengthOf = ({ body }: Pick<Answer, 'body'>): number => {
  let length = 0;
  for (const piece of body) length += piece.length;
  return length;
};

/** Sends an answer, with some headers more; a client that is gone is no trouble. */
export const send = (
  response: ServerResponse,
  { code, type, body, headers }: Answer,
  more: readonly (readonly [string, string])[],
): void => {
  // A flat list is what Node writes without another look.
  const head = ['Content-Type', type, 'Content-Length', String(lengthOf({ body }))];
  // The answer's own word wins.
  for (const [name, value] of more) if (headers?.[name] === undefined) head.push(name, value);
  for (const name in headers) head.push(name, headers[name] ?? '');
  response.writeHead(code, head);
  const last = body.length - 1;
  for (let i = 0; i < last; i++) response.write(body[i]);
  response.end(body[last]);
};

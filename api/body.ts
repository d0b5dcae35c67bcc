import type { IncomingMessage } from 'node:http';
import { badRequest, requestEntityTooLarge, type Rejection } from '../kinds/rejection.ts';

/** Upstream's limit, in bytes. */
export const bodyBytesMax = 3 * 2 ** 20;

const tooLarge = requestEntityTooLarge(`limit is ${bodyBytesMax}`);

/** Reads a request's body to its end; empty when there is none. Refused when it is too large, or the client goes away meanwhile. */
export const readBody = (request: IncomingMessage): Promise<Buffer | Rejection> => {
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) return Promise.resolve(tooLarge);
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let length = 0;
    request.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > bodyBytesMax) resolve(tooLarge);
      else pieces.push(piece);
    });
    request.on('end', () => resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)));
    request.on('error', () => resolve(badRequest('unable to read the body of the request')));
  });
};

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Identity } from '../../events/event.ts';
import { type Rejection, unauthorized } from '../../kinds/rejection.ts';
import type { Tokens } from './tokens.ts';

/** What a request shows about who sends it; an `IncomingMessage` is one. */
export interface Shown {
  readonly socket: Socket;
  readonly headers: IncomingHttpHeaders;
}

/** Who sends this request, or the 401 that it is answered with. */
export type Authenticate = (shown: Shown) => Promise<Identity | Rejection>;

/** A bearer token that is not a service account's, and whose it is. */
export interface StaticToken {
  /** At least 16 characters: whoever guesses it is that identity. */
  readonly token: string;
  readonly identity: Identity;
}

export const anonymous: Identity = { user: 'system:anonymous', groups: ['system:unauthenticated'] };

const tokenBytesMax = 16 * 1024;

const authenticated = ({ user, groups }: Identity): Identity => ({
  user,
  groups: groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'],
});

const valuesOf = (field: string | string[] | undefined): readonly string[] =>
  field === undefined ? [] : Array.isArray(field) ? field : [field];

/**
 * Who a connection's client certificate names: CN is the user, each O a group. `anonymous` when it shows none,
 * undefined when what it shows is not to be believed: of another authority, out of its time, or without one user.
 */
const certificateIdentity = (socket: Socket): Identity | 'none' | undefined => {
  if (!(socket instanceof TLSSocket)) return 'none';
  const { subject } = socket.getPeerCertificate();
  // Node answers an empty object when the client showed no certificate; its types do not say so.
  if ((subject as unknown) === undefined) return 'none';
  const [user, ...more] = valuesOf(subject.CN);
  if (!socket.authorized || user === undefined || user === '' || more.length > 0) return undefined;
  return { user, groups: valuesOf(subject.O) };
};

const bearerOf = (headers: IncomingHttpHeaders): string | undefined =>
  /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Authenticates by client certificate, then by bearer token (a static one, or a service account's), and takes who shows
 * neither for `system:anonymous`. A bad token is refused even where anonymous may go, and so is a bad certificate unless a
 * good token comes with it. The server must ask for certificates without insisting:
 * `{ requestCert: true, rejectUnauthorized: false, ca: authority.certificate }`.
 */
export const authenticator = (staticTokens: readonly StaticToken[], tokens: Tokens): Authenticate => {
  const known = staticTokens.map(({ token, identity }) => ({ hash: digest(token), identity }));
  // A connection keeps its certificate, and most carry many requests.
  const ofSocket = new WeakMap<Socket, ReturnType<typeof certificateIdentity>>();
  const shownBy = (socket: Socket) => {
    if (!ofSocket.has(socket)) ofSocket.set(socket, certificateIdentity(socket));
    return ofSocket.get(socket);
  };
  const ofToken = async (token: string): Promise<Identity | undefined> => {
    if (token.length > tokenBytesMax) return undefined;
    const hash = digest(token);
    const found = known.find((one) => timingSafeEqual(one.hash, hash));
    return found?.identity ?? (await tokens.verify(token));
  };
  return async ({ socket, headers }) => {
    const shown = shownBy(socket);
    if (typeof shown === 'object') return authenticated(shown);
    const token = bearerOf(headers);
    if (token === undefined) return shown === 'none' ? anonymous : unauthorized();
    const identity = await ofToken(token);
    return identity ? authenticated(identity) : unauthorized();
  };
};

import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip as zlibGzip } from 'node:zlib';
import { stringify } from 'yaml';
import { typeOf } from '../kinds/schema/kind-rows.ts';
import { writeProtobuf } from '../kinds/schema/protobuf.ts';
import { mediaTypes } from './accept.ts';
import { type Answer, lengthOf } from './answer.ts';

const gzip = promisify(zlibGzip);

/** Smaller answers are not worth compressing; upstream's bound, in bytes. */
const gzipBytesMin = 128 * 1024;

/** Who gets JSON for people to read, without asking. */
const people = /^(?:curl|Wget|Mozilla\/5\.0)/;

const wantsPretty = ({ headers }: IncomingMessage, query: URLSearchParams): boolean => {
  const asked = query.get('pretty');
  if (asked !== null) return asked !== '0' && asked !== 'false';
  return people.test(headers['user-agent'] ?? '');
};

const isJson = ({ type }: Answer) => type.startsWith(mediaTypes.json);
const valueOf = ({ body }: Answer): unknown => JSON.parse(Buffer.concat(body).toString());

/** Only for what the schema table knows, whose type says its kind. */
const protobufOf = (value: unknown): Buffer => {
  const object = value as { readonly apiVersion: string; readonly kind: string };
  const type = typeOf(object.apiVersion, object.kind);
  if (!type) throw new Error(`Cannot write ${object.kind} of ${object.apiVersion} as protobuf: no such type`);
  return writeProtobuf(type, { ...object });
};

const acceptsGzip = ({ headers }: IncomingMessage): boolean =>
  /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$)))?/.test(headers['accept-encoding'] ?? '');

/** Gives an answer, whose body is JSON, the form the client asked for: protobuf, YAML, indented, compressed. */
export const finish = (answer: Answer, request: IncomingMessage, query: URLSearchParams): Answer | Promise<Answer> => {
  if (answer.type === mediaTypes.protobuf) return { ...answer, body: [protobufOf(valueOf(answer))] };
  if (answer.type === mediaTypes.yaml) return { ...answer, body: [Buffer.from(stringify(valueOf(answer)))] };
  if (!isJson(answer)) return answer;
  const shown = wantsPretty(request, query)
    ? { ...answer, body: [Buffer.from(`${JSON.stringify(valueOf(answer), undefined, 2)}\n`)] }
    : answer;
  if (!request.headers['accept-encoding'] || lengthOf(shown) < gzipBytesMin || !acceptsGzip(request)) return shown;
  return gzip(Buffer.concat(shown.body), { level: constants.Z_BEST_SPEED }).then((body) => ({
    ...shown,
    headers: { ...shown.headers, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' },
    body: [body],
  }));
};

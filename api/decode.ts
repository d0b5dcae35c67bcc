import { isUtf8 } from 'node:buffer';
import { badRequest, isRejection, type Rejection, unsupportedMediaType } from '../kinds/rejection.ts';
import { type Body, type Malformed, readJson } from '../kinds/schema/body.ts';
import { check } from '../kinds/schema/check.ts';
import { typeOf } from '../kinds/schema/kind-rows.ts';
import { readProtobuf } from '../kinds/schema/protobuf.ts';
import { readYaml } from '../kinds/schema/yaml-body.ts';
import { quote } from '../kinds/values/quote.ts';
import { mediaTypes } from './accept.ts';
import type { FieldValidation } from './query.ts';

/** What a body is to be. */
export interface Expected {
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
}

/** A body that was read. */
export interface Decoded {
  /** As its type has it: unknown fields are gone. */
  readonly object: Readonly<Record<string, unknown>>;
  /** What the client is to hear of it. */
  readonly warnings: readonly string[];
}

/** The media type of a Content-Type header, without its parameters. */
export const mediaTypeOf = (header: string | undefined): string =>
  (header ?? '').split(';', 1)[0]?.trim().toLowerCase() || mediaTypes.json;

const shownMax = 30;

/** The beginning of a body that could not be read: text that may be JSON as it is, all else as hex. */
const summaryOf = (bytes: Buffer): string => {
  if (bytes.length === 0) return '<empty>';
  const shown = bytes.subarray(0, shownMax).toString(bytes[0] === 0x7b ? 'utf8' : 'hex');
  return bytes.length > shownMax ? `${shown} ...` : shown;
};

const readers: Readonly<Record<string, (text: string) => Body | Malformed>> = {
  [mediaTypes.json]: readJson,
  [mediaTypes.yaml]: readYaml,
};

/** Reads bytes by their media type; 415 for one we do not know. */
const read = (bytes: Buffer, mediaType: string, expected: Expected): Body | Malformed | Rejection => {
  if (mediaType === mediaTypes.protobuf)
    return readProtobuf(bytes, (apiVersion, kind) => typeOf(apiVersion || expected.apiVersion, kind || expected.kind));
  const reader = readers[mediaType];
  if (!reader) return unsupportedMediaType([mediaTypes.json, mediaTypes.yaml, mediaTypes.protobuf]);
  if (!isUtf8(bytes)) return { malformed: `couldn't get version/kind; json parse error: invalid UTF-8` };
  return reader(bytes.toString());
};

/** What the body says it is, where that is not what it is to be. */
const mismatch = (said: Expected, expected: Expected): string | undefined => {
  if (said.kind === expected.kind && said.apiVersion === expected.apiVersion) return undefined;
  const [saidVersion, version] = [said, expected].map(({ apiVersion }) => apiVersion.split('/').at(-1));
  const type = typeOf(said.apiVersion, said.kind);
  // Options are the same type in every group and version.
  if (type && type === typeOf(expected.apiVersion, expected.kind)) return undefined;
  if (!type)
    return `no kind ${quote(said.kind)} is registered for version ${quote(said.apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`;
  return `converting (${saidVersion}.${said.kind}) to (${version}.${expected.kind}): unknown conversion`;
};

/** Reads a body as what it is to be, in upstream's words where it is not. */
export const decode = (
  bytes: Buffer,
  contentType: string | undefined,
  expected: Expected,
  validation: FieldValidation,
): Decoded | Rejection => {
  const body = read(bytes, mediaTypeOf(contentType), expected);
  if (isRejection(body)) return body;
  if ('malformed' in body)
    return badRequest(
      `the object provided is unrecognized (must be of type ${expected.kind}): ${body.malformed} (${summaryOf(bytes)})`,
    );
  const said = { apiVersion: body.apiVersion || expected.apiVersion, kind: body.kind || expected.kind };
  const unfit = (why: string) =>
    badRequest(
      `${said.kind} in version ${quote(said.apiVersion.split('/').at(-1) ?? '')} cannot be handled as a ${expected.kind}: ${why}`,
    );
  const other = mismatch(said, expected);
  if (other !== undefined) return unfit(other);
  const checked = check(typeOf(said.apiVersion, said.kind), body, validation !== 'Ignore');
  if ('malformed' in checked) return unfit(checked.malformed);
  if (validation === 'Strict' && checked.strict.length > 0)
    return unfit(`strict decoding error: ${checked.strict.join(', ')}`);
  return { object: checked.object, warnings: checked.strict };
};

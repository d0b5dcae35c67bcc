import { fault } from '../fault.ts';
import type { Secret } from '../schema/api/core-v1.ts';
import { jsonSyntaxError } from '../schema/go/json-syntax.ts';
import { check } from '../values/names.ts';
import { dataBytesMax, decodedBytes } from './config-map.ts';
import { checkText, type Faults, fine, requireText, type Unchecked } from './field-checks.ts';
import { checkSame, checkSeal } from './immutable.ts';

type Data = Readonly<Record<string, string>>;

const field = (key: string) => `data[${key}]`;

const requireKeys = (data: Data, ...keys: string[]): Faults =>
  keys.filter((key) => !Object.hasOwn(data, key)).map((key) => fault.required(field(key)));

/** What is wrong with a text that should be a JSON object, in the words of Go's decoder. */
const notObject = (text: string): string | undefined => {
  const syntax = jsonSyntaxError(text);
  if (syntax !== undefined) return syntax;
  const value: unknown = JSON.parse(text);
  const sort = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return sort === 'object' ? undefined : `json: cannot unmarshal ${sort} into Go value of type map[string]interface {}`;
};

const checkJson = (data: Data, key: string): Faults => {
  const encoded = data[key];
  if (encoded === undefined) return requireKeys(data, key);
  const why = notObject(Buffer.from(encoded, 'base64').toString());
  return why === undefined ? fine : [fault.invalid(field(key), '<secret contents redacted>', why)];
};

const accountAnnotation = 'kubernetes.io/service-account.name';

/** What a Secret of each of the known types must have; one of any other type may have anything. */
const required: Readonly<Record<string, (secret: Unchecked<Secret>, data: Data) => Faults>> = {
  'kubernetes.io/service-account-token': ({ metadata }) =>
    requireText(`metadata.annotations[${accountAnnotation}]`, metadata?.annotations?.[accountAnnotation]),
  'kubernetes.io/dockercfg': (_, data) => checkJson(data, '.dockercfg'),
  'kubernetes.io/dockerconfigjson': (_, data) => checkJson(data, '.dockerconfigjson'),
  // One of the two is enough.
  'kubernetes.io/basic-auth': (_, data) => {
    const missing = requireKeys(data, 'username', 'password');
    return missing.length === 2 ? missing : fine;
  },
  'kubernetes.io/ssh-auth': (_, data) => requireText(field('ssh-privatekey'), data['ssh-privatekey']),
  'kubernetes.io/tls': (_, data) => requireKeys(data, 'tls.crt', 'tls.key'),
};

/** Faults of a Secret, its metadata's aside, in upstream's order. It must have its defaults. */
export const validateSecret = (secret: Unchecked<Secret>): Faults => {
  const { data = {}, type = '' } = secret;
  const bytes = Object.values(data).reduce((sum, text) => sum + decodedBytes(text), 0);
  return [
    ...Object.keys(data).flatMap((key) => checkText(field(key), key, check.configMapKey)),
    ...(bytes > dataBytesMax ? [fault.tooLong('data', dataBytesMax)] : fine),
    ...(Object.hasOwn(required, type) ? (required[type]?.(secret, data) ?? fine) : fine),
  ];
};

/** Faults of a change of a Secret, beside those of what it became. */
export const validateSecretUpdate = (after: Unchecked<Secret>, before: Unchecked<Secret>): Faults => [
  ...checkSame('type', after.type, before.type),
  ...checkSeal(after, before, ['data']),
];

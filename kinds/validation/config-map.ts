import { fault } from '../fault.ts';
import type { ConfigMap } from '../schema/api/core-v1.ts';
import { check } from '../values/names.ts';
import { checkText, type Faults, fine, type Unchecked } from './field-checks.ts';
import { checkSeal } from './immutable.ts';

/** All values of a ConfigMap or a Secret together. */
export const dataBytesMax = 1024 * 1024;

/** How many bytes a text of base64 stands for. */
export const decodedBytes = (text: string): number => Buffer.byteLength(text, 'base64');

const total = (values: readonly string[], bytesOf: (text: string) => number): number =>
  values.reduce((sum, value) => sum + bytesOf(value), 0);

/** Faults of a ConfigMap, its metadata's aside, in upstream's order. */
export const validateConfigMap = ({ data = {}, binaryData = {} }: Unchecked<ConfigMap>): Faults => {
  const bytes =
    total(Object.values(data), (text) => Buffer.byteLength(text)) + total(Object.values(binaryData), decodedBytes);
  return [
    ...Object.keys(data).flatMap((key) => [
      ...checkText(`data[${key}]`, key, check.configMapKey),
      ...(Object.hasOwn(binaryData, key)
        ? [fault.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')]
        : fine),
    ]),
    ...Object.keys(binaryData).flatMap((key) => checkText(`binaryData[${key}]`, key, check.configMapKey)),
    // Upstream means the whole object, and prints that so.
    ...(bytes > dataBytesMax ? [fault.tooLong('[]', dataBytesMax)] : fine),
  ];
};

/** Faults of a change of a ConfigMap, beside those of what it became. */
export const validateConfigMapUpdate = (after: Unchecked<ConfigMap>, before: Unchecked<ConfigMap>): Faults =>
  checkSeal(after, before, ['data', 'binaryData']);

import { type Fault, fault } from '../fault.ts';
import { check } from '../values/names.ts';
import type { Labels, LabelSelector } from '../values/selector.ts';

/** All annotations of one object together, keys and values, in bytes. */
const annotationBytesMax = 256 * 1024;

/** Labels as messages show them: by name. None that were sent are null. */
export const shownLabels = (labels: Labels | undefined): Labels | undefined =>
  labels && Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => Number(a > b) - Number(a < b)));

/** A selector as messages show it: its fields in upstream's order, whatever the client's. */
export const shownSelector = (selector: LabelSelector | undefined): LabelSelector | undefined =>
  selector && {
    ...(selector.matchLabels && { matchLabels: shownLabels(selector.matchLabels) }),
    ...(selector.matchExpressions && {
      matchExpressions: selector.matchExpressions.map(({ key = '', operator = '', values }) => ({
        key,
        operator,
        ...(values && { values }),
      })),
    }),
  };

export const validateLabelName = (name: string, field: string): readonly Fault[] =>
  check.qualifiedName(name).map((why) => fault.invalid(field, name, why));

const validateLabelValue = (value: string, field: string): readonly Fault[] =>
  check.labelValue(value).map((why) => fault.invalid(field, value, why));

export const validateLabels = (labels: Labels | undefined, field: string): readonly Fault[] =>
  Object.entries(labels ?? {}).flatMap(([name, value]) => [
    ...validateLabelName(name, field),
    ...validateLabelValue(value, field),
  ]);

export const validateAnnotations = (annotations: Labels | undefined, field: string): readonly Fault[] => {
  let bytes = 0;
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(annotations ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    // Unlike labels, annotations may have upper case before the slash.
    for (const why of check.qualifiedName(name.toLowerCase())) faults.push(fault.invalid(field, name, why));
  }
  return bytes > annotationBytesMax ? [...faults, fault.tooLong(field, annotationBytesMax)] : faults;
};

type Expression = NonNullable<LabelSelector['matchExpressions']>[number];

const validateOperator = ({ operator = '', values = [] }: Expression, field: string): readonly Fault[] => {
  if (operator === 'In' || operator === 'NotIn')
    return values.length > 0
      ? []
      : [fault.required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
  if (operator === 'Exists' || operator === 'DoesNotExist')
    return values.length === 0
      ? []
      : [fault.forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
  return [fault.invalid(`${field}.operator`, operator, 'not a valid selector operator')];
};

/** A selector that is not there has no faults. */
export const validateLabelSelector = (selector: LabelSelector | undefined, field: string): readonly Fault[] => [
  ...validateLabels(selector?.matchLabels, `${field}.matchLabels`),
  ...(selector?.matchExpressions ?? []).flatMap((expression, i) => {
    const at = `${field}.matchExpressions[${i}]`;
    return [
      ...validateOperator(expression, at),
      ...validateLabelName(expression.key ?? '', `${at}.key`),
      ...(expression.values ?? []).flatMap((value, v) => validateLabelValue(value, `${at}.values[${v}]`)),
    ];
  }),
];

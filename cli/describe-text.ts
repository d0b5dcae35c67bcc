import { clockText } from './moment.ts';
import type { Shown } from './object-text.ts';
import { tableText } from './table-text.ts';

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `readinessProbe` → `Readiness Probe`, `dnsPolicy` → `DNS Policy`. */
const heading = (name: string): string => {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2');
  const title = words.slice(0, 1).toUpperCase() + words.slice(1);
  return title.replaceAll(/\b(Dns|Api|Ip|Id|Uid|Url|Cidr)\b/g, (word) => word.toUpperCase());
};

/** Maps whose keys are somebody's own words, and stay as they are. */
const ownKeys = new Set(
  'labels annotations matchLabels nodeSelector selector data requests limits capacity allocatable'.split(' '),
);
const isOwn = (name: string, value: Fields): boolean =>
  ownKeys.has(name) && !('matchLabels' in value) && !('matchExpressions' in value);

const plainText = (value: unknown): string =>
  typeof value === 'string' ? (value === '' ? '""' : value) : (JSON.stringify(value) ?? '<none>');

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);

/** What a list's element is told apart by; it is then not shown again. */
const naming = ['name', 'type', 'key', 'ip'];

const elementLines = (element: unknown, i: number, indent: string): readonly string[] => {
  if (!isFields(element)) return linesOf(String(i), element, indent);
  const key = naming.find((one) => typeof element[one] === 'string');
  if (key === undefined) return linesOf(String(i), element, indent);
  const { [key]: name, ...rest } = element;
  return isEmpty(rest)
    ? [`${indent}${plainText(name)}`]
    : [`${indent}${plainText(name)}:`, ...partsOf(rest, `${indent}  `)];
};

/** `Ready: True since 2026-01-01T00:00:01Z (KubeletReady: all is well)`. */
const conditionLine = ({ type, status, reason, message, lastTransitionTime }: Fields, indent: string): string => {
  const why = [reason, message].filter((text) => typeof text === 'string' && text !== '').join(': ');
  const since = lastTransitionTime ? ` since ${plainText(lastTransitionTime)}` : '';
  return `${indent}${plainText(type)}: ${plainText(status)}${since}${why === '' ? '' : ` (${why})`}`;
};

const listLines = (name: string, list: readonly unknown[], indent: string): readonly string[] => {
  const title = `${indent}${heading(name)}:`;
  if (list.every((element) => typeof element !== 'object')) return [`${title} ${list.map(plainText).join(', ')}`];
  const deeper = `${indent}  `;
  if (name === 'conditions') return [title, ...list.filter(isFields).map((one) => conditionLine(one, deeper))];
  return [title, ...list.flatMap((element, i) => elementLines(element, i, deeper))];
};

const linesOf = (name: string, value: unknown, indent: string, title = heading(name)): readonly string[] => {
  if (isEmpty(value)) return [];
  if (Array.isArray(value)) return listLines(name, value, indent);
  if (isFields(value)) return [`${indent}${title}:`, ...partsOf(value, `${indent}  `, isOwn(name, value))];
  const lines = plainText(value).split('\n');
  if (lines.length === 1) return [`${indent}${title}: ${lines[0]}`];
  return [`${indent}${title}: |`, ...lines.map((line) => `${indent}  ${line}`)];
};

const partsOf = (fields: Fields, indent: string, own = false): readonly string[] =>
  Object.entries(fields).flatMap(([name, value]) => linesOf(name, value, indent, own ? name : heading(name)));

/** Notes that only machines read. */
const hidden = /last-applied-configuration$/;

const headOf = ({ metadata, kind = '' }: Shown): readonly string[] => {
  const { name, namespace, labels, annotations, ownerReferences, creationTimestamp, deletionTimestamp, finalizers } =
    metadata;
  const notes = Object.entries((annotations ?? {}) as Fields).filter(([key]) => !hidden.test(key));
  const owners = (ownerReferences ?? []) as readonly {
    readonly kind: string;
    readonly name: string;
    readonly controller?: boolean;
  }[];
  const owner = owners.find(({ controller }) => controller) ?? owners[0];
  return [
    `Name: ${name}`,
    ...(namespace === undefined ? [] : [`Namespace: ${namespace}`]),
    `Kind: ${kind}`,
    ...linesOf('labels', labels, ''),
    ...linesOf('annotations', Object.fromEntries(notes), ''),
    ...(owner ? [`Controlled By: ${owner.kind}/${owner.name}`] : []),
    ...linesOf('created', creationTimestamp, ''),
    ...linesOf('deletionTimestamp', deletionTimestamp, '', 'Being Deleted, Until'),
    ...linesOf('finalizers', finalizers, ''),
  ];
};

/** Content that is nobody's to read over a shoulder: only how long it is. */
const veiled = (object: Shown): Fields => {
  const { apiVersion: _v, kind, metadata: _m, ...content } = object;
  if (kind !== 'Secret' || !isFields(content['data'])) return content;
  const sizes = Object.entries(content['data']).map(([key, value]) => [
    key,
    `${Buffer.from(plainText(value), 'base64').length} bytes`,
  ]);
  return { ...content, data: Object.fromEntries(sizes) as Fields };
};

/** All of an object, for people: what it is, what is asked of it, how it is. */
export const describeText = (object: Shown): string =>
  `${[...headOf(object), ...partsOf(veiled(object), '')].join('\n')}\n`;

/** Part of an Event of the API. */
export interface ToldEvent {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string;
  readonly firstTimestamp?: string;
  readonly source?: { readonly component?: string };
  readonly metadata: { readonly creationTimestamp?: string };
}

/** What was told of it, oldest first. */
export const eventsText = (events: readonly ToldEvent[], now: number, columns: number | undefined): string => {
  if (events.length === 0) return 'Events: <none>\n';
  const lastOf = ({ lastTimestamp, firstTimestamp, metadata }: ToldEvent) =>
    lastTimestamp ?? firstTimestamp ?? metadata.creationTimestamp ?? '';
  const rows = [...events]
    .sort((a, b) => (lastOf(a) < lastOf(b) ? -1 : 1))
    .map((event) => {
      const { type = '', reason = '', source, message = '', count = 1 } = event;
      const when = `${clockText(Date.parse(lastOf(event)), now)}${count > 1 ? ` (${count} times)` : ''}`;
      return [`  ${type}`, reason, when, source?.component ?? '', message.trim()];
    });
  return `Events:\n${tableText([['  TYPE', 'REASON', 'WHEN', 'FROM', 'MESSAGE'], ...rows], columns)}`;
};

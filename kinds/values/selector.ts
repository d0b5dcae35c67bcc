import { parseInt64 } from './integer.ts';

export type Labels = Readonly<Record<string, string>>;

export type Operator = 'in' | 'notin' | '=' | '==' | '!=' | 'gt' | 'lt' | 'exists' | '!';

/** One condition on one label. */
export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  /** One for `=`, `==`, `!=`, `gt`, `lt`; none for `exists` and `!`; at least one for `in` and `notin`. */
  readonly values: readonly string[];
}

/** Conditions on labels, all of which must hold, compiled once to be asked for every change of a watch. */
export interface Selector {
  /** Sorted by key; empty selects everything. */
  readonly requirements: readonly Requirement[];
  /** No labels is the same as empty labels. */
  readonly matches: (labels: Labels | undefined) => boolean;
  /** The text clients write, requirements sorted: `app=web,tier in (a,b)`. Reading it gives the same selector. */
  readonly text: string;
}

/** The selector that objects carry: all of both must hold. */
export interface LabelSelector {
  readonly matchLabels?: Labels | undefined;
  readonly matchExpressions?:
    | readonly {
        readonly key?: string | undefined;
        readonly operator?: string | undefined;
        readonly values?: readonly string[] | undefined;
      }[]
    | undefined;
}

type Match = (labels: Labels) => boolean;

// Labels are plain objects: a key such as `constructor` that is no label reads as a function, never as a string.
const tests: Readonly<Record<Operator, (requirement: Requirement) => Match>> = {
  '=':
    ({ key, values: [value = ''] }) =>
    (labels) =>
      labels[key] === value,
  '==': (requirement) => tests['='](requirement),
  in: ({ key, values }) => {
    const listed = new Set(values);
    return (labels) => listed.has(labels[key] ?? missing);
  },
  notin: (requirement) => {
    const isIn = tests.in(requirement);
    return (labels) => !isIn(labels);
  },
  '!=': (requirement) => tests.notin(requirement),
  exists:
    ({ key }) =>
    (labels) =>
      typeof labels[key] === 'string',
  '!':
    ({ key }) =>
    (labels) =>
      typeof labels[key] !== 'string',
  gt: (requirement) => comparison(requirement, (value, limit) => value > limit),
  lt: (requirement) => comparison(requirement, (value, limit) => value < limit),
};

/** No value of a label: labels have none of these characters. */
const missing = '\0';

const comparison = (
  { key, values: [bound = ''] }: Requirement,
  holds: (value: bigint, limit: bigint) => boolean,
): Match => {
  const limit = parseInt64(bound);
  return (labels) => {
    const text = labels[key];
    const value = typeof text === 'string' ? parseInt64(text) : 'invalid syntax';
    return typeof value === 'bigint' && typeof limit === 'bigint' && holds(value, limit);
  };
};

const signs: Readonly<Partial<Record<Operator, string>>> = { gt: '>', lt: '<' };

const textOf = ({ key, operator, values }: Requirement): string => {
  if (operator === 'exists') return key;
  if (operator === '!') return `!${key}`;
  const list = values.toSorted().join(',');
  return operator === 'in' || operator === 'notin'
    ? `${key} ${operator} (${list})`
    : `${key}${signs[operator] ?? operator}${list}`;
};

const none: Labels = {};

/** Compiles requirements, which are taken to be valid. */
export const selectorOf = (requirements: readonly Requirement[]): Selector => {
  const sorted = requirements.toSorted((a, b) => Number(a.key > b.key) - Number(a.key < b.key));
  const all = sorted.map((requirement) => tests[requirement.operator](requirement));
  const [only] = all;
  const matches: Match = all.length === 1 && only ? only : (labels) => all.every((test) => test(labels));
  return { requirements: sorted, matches: (labels) => matches(labels ?? none), text: sorted.map(textOf).join(',') };
};

/** Selects every object. */
export const everything: Selector = selectorOf([]);

/** Selects no object; its text is empty. */
export const nothing: Selector = { requirements: [], matches: () => false, text: '' };

const operators: Readonly<Record<string, Operator>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' };

/** Compiles the selector of a validated object: an empty one selects everything, none selects nothing. */
export const labelSelector = (selector: LabelSelector | undefined): Selector => {
  if (!selector) return nothing;
  const labels = Object.entries(selector.matchLabels ?? {});
  return selectorOf([
    ...labels.map(([key, value]): Requirement => ({ key, operator: '=', values: [value] })),
    ...(selector.matchExpressions ?? []).map(({ key = '', operator = '', values = [] }): Requirement => {
      const known = operators[operator];
      if (!known) throw new Error(`Cannot compile a label selector: ${JSON.stringify(operator)} is no operator`);
      return { key, operator: known, values };
    }),
  ]);
};

/** Selects objects that have all of `labels`; a Service selects so. Empty selects everything. */
export const exactly = (labels: Labels): Selector => labelSelector({ matchLabels: labels });

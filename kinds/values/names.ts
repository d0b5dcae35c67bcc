/** What is wrong with a text, in upstream's words; empty when nothing is. */
export type Check = (text: string) => readonly string[];

const bytesOf = (text: string): number => Buffer.byteLength(text);
const tooLong = (bytesMax: number) => `must be no more than ${bytesMax} characters`;
const outside = (min: number, max: number) => `must be between ${min} and ${max}, inclusive`;

/** A regular expression, what it asks for, and examples of what fulfils it. */
interface Form {
  readonly pattern: string;
  readonly asks: string;
  readonly examples: readonly string[];
  /** Absent: any length. */
  readonly bytesMax?: number;
}

const textOf = ({ pattern, asks, examples }: Form): string =>
  `${asks} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}regex used for validation is '${pattern}')`;

const checkOf = (form: Form): Check => {
  const regex = new RegExp(`^${form.pattern}$`);
  const wrong = textOf(form);
  const bytesMax = form.bytesMax ?? Number.POSITIVE_INFINITY;
  const long = tooLong(bytesMax);
  return (text) => {
    const fits = bytesOf(text) <= bytesMax;
    if (regex.test(text)) return fits ? [] : [long];
    return fits ? [wrong] : [long, wrong];
  };
};

const labelMax = 63;
const subdomainMax = 253;

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const underscored = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const ends = 'and must start and end with an alphanumeric character';

const labelForm: Form = {
  pattern: label,
  asks: `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', ${ends}`,
  examples: ['my-name', '123-abc'],
  bytesMax: labelMax,
};
const qualifiedForm: Form = {
  pattern: qualified,
  asks: `must consist of alphanumeric characters, '-', '_' or '.', ${ends}`,
  examples: ['MyName', 'my.name', '123-abc'],
  bytesMax: labelMax,
};

const dns1123Subdomain = checkOf({
  pattern: subdomain,
  asks: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${ends}`,
  examples: ['example.com'],
  bytesMax: subdomainMax,
});

const plainLabel = checkOf(labelForm);
const subdomainRegex = new RegExp(`^${subdomain}$`);
const dns1123Label: Check = (text) => {
  const faults = plainLabel(text);
  if (faults.length === 0 || !subdomainRegex.test(text)) return faults;
  // What is a subdomain and not a label is too long, or has dots.
  return faults.map((one) => (one === tooLong(labelMax) ? one : 'must not contain dots'));
};

const namePart = checkOf(qualifiedForm);
const shape = `a qualified name ${textOf(qualifiedForm)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
const qualifiedName: Check = (text) => {
  const slash = text.indexOf('/');
  if (slash >= 0 && text.includes('/', slash + 1)) return [shape];
  const name = namePart(text.slice(slash + 1)).map((one) => `name part ${one}`);
  const faults = text.length === slash + 1 ? ['name part must be non-empty', ...name] : name;
  if (slash < 0) return faults;
  const prefix = slash === 0 ? ['must be non-empty'] : dns1123Subdomain(text.slice(0, slash));
  return prefix.length === 0 ? faults : [...prefix.map((one) => `prefix part ${one}`), ...faults];
};

const portName: Check = (text) =>
  [
    bytesOf(text) > 15 && tooLong(15),
    !/^[-a-z0-9]+$/.test(text) && 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    !/[a-z]/.test(text) && 'must contain at least one letter (a-z)',
    text.includes('--') && 'must not contain consecutive hyphens',
    (text.startsWith('-') || text.endsWith('-')) && 'must not begin or end with a hyphen',
  ].filter((fault) => fault !== false);

const leavesFolder = (text: string): readonly string[] => {
  if (text === '.' || text === '..') return [`must not be '${text}'`];
  return text.startsWith('..') ? ["must not start with '..'"] : [];
};

const plainConfigMapKey = checkOf({
  pattern: '[-._a-zA-Z0-9]+',
  asks: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  examples: ['key.name', 'KEY_NAME', 'key-name'],
  bytesMax: subdomainMax,
});
const plainEnvVarName = checkOf({
  pattern: '[-._a-zA-Z][-._a-zA-Z0-9]*',
  asks: "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
  examples: ['my.env-name', 'MY_ENV.NAME', 'MyEnvName1'],
});

/** The checks of names, labels and the like. Lengths count UTF-8 bytes. Source: k8s.io/apimachinery/pkg/util/validation. */
export const check = {
  dns1123Label,
  dns1123Subdomain,
  qualifiedName,
  portName,
  dns1123SubdomainWithUnderscore: checkOf({
    pattern: `${underscored}(\\.${underscored})*`,
    asks: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', ${ends}`,
    examples: ['example.com'],
    bytesMax: subdomainMax,
  }),
  dns1035Label: checkOf({
    pattern: '[a-z]([-a-z0-9]*[a-z0-9])?',
    asks: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    examples: ['my-name', 'abc-123'],
    bytesMax: labelMax,
  }),
  wildcardSubdomain: checkOf({
    pattern: `\\*\\.${subdomain}`,
    asks: "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    examples: ['*.example.com'],
    bytesMax: subdomainMax,
  }),
  labelValue: checkOf({
    pattern: `(${qualified})?`,
    asks: `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${ends}`,
    examples: ['MyValue', 'my_value', '12345'],
    bytesMax: labelMax,
  }),
  cIdentifier: checkOf({
    pattern: '[A-Za-z_][A-Za-z0-9_]*',
    asks: "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
    examples: ['my_name', 'MY_NAME', 'MyName'],
  }),
  percent: checkOf({
    pattern: '[0-9]+%',
    asks: "a valid percent string must be a numeric string followed by an ending '%'",
    examples: ['1%', '93%'],
  }),
  httpHeaderName: checkOf({
    pattern: '[-A-Za-z0-9]+',
    asks: "a valid HTTP header must consist of alphanumeric characters or '-'",
    examples: ['X-Header-Name'],
  }),
  configMapKey: (text: string) => [...plainConfigMapKey(text), ...leavesFolder(text)],
  envVarName: (text: string) => [...plainEnvVarName(text), ...leavesFolder(text)],
  /** The least that any name must be: a part of a URL's path. */
  pathSegment: (text: string) => {
    if (text === '.' || text === '..') return [`may not be '${text}'`];
    return ['/', '%'].filter((sign) => text.includes(sign)).map((sign) => `may not contain '${sign}'`);
  },
  /** What upstream allows as an environment variable since v1.34. */
  relaxedEnvVarName: (text: string) => {
    if (text === '') return ['environment variable name must be non-empty'];
    const asks = "a valid environment variable name must consist only of printable ASCII characters other than '='";
    return /^[ -<>-~]+$/.test(text) ? [] : [asks];
  },
} as const satisfies Record<string, Check>;

/** `check` of a `generateName`: a trailing `-` is fine, because more follows. */
export const asPrefix =
  (of: Check): Check =>
  (text) =>
    of(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);

/** What is wrong with a number that must lie between `min` and `max`, both included. */
export const checkRange = (value: number, min: number, max: number): readonly string[] =>
  value >= min && value <= max ? [] : [outside(min, max)];

export const checkPort = (port: number): readonly string[] => checkRange(port, 1, 65_535);

/** A user or group of a process. */
export const checkId = (id: number): readonly string[] => checkRange(id, 0, 2 ** 31 - 1);

/** The parts of an image's name; what was not written is absent. */
export interface ImageName {
  /** The registry, `docker.io` where none is written. */
  readonly domain: string;
  /** The repository in the registry; `library/…` where Docker Hub's own are meant. */
  readonly path: string;
  readonly tag?: string;
  /** `sha256:…`. */
  readonly digest?: string;
}

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const domainPart = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domainName = `(?:${domainPart}(?:\\.${domainPart})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const reference = new RegExp(
  `^(?<domain>${domainName})/(?<path>${component}(?:/${component})*)` +
    '(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$',
);
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** Domain and path of all that stands longer than this is no name. */
const nameMax = 255;

const withDomain = (name: string): string => {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isDomain = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  if (!isDomain) return `docker.io/${slash < 0 ? 'library/' : ''}${name}`;
  return first === 'index.docker.io' ? withDomain(name.slice(slash + 1)) : name;
};

/** Reads `nginx`, `registry.example.com:5000/team/web:v1@sha256:…` as Docker does; `undefined` when it is no image's name. */
export const parseImageName = (text: string): ImageName | undefined => {
  if (/^[a-f0-9]{64}$/.test(text)) return undefined;
  const groups = reference.exec(withDomain(text))?.groups;
  if (!groups) return undefined;
  const { domain = '', path = '', tag, digest } = groups;
  const [algorithm = '', hex = ''] = (digest ?? '').split(':');
  if (`${domain}/${path}`.length > nameMax) return undefined;
  if (digest !== undefined && (digestLengths[algorithm] !== hex.length || hex.toLowerCase() !== hex)) return undefined;
  return { domain, path, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
};

/** How an image is pulled where nothing is said: what may have moved on is pulled every time. */
export const pullPolicyOf = (image: string): 'Always' | 'IfNotPresent' => {
  const name = parseImageName(image);
  const latest = name !== undefined && (name.tag ?? (name.digest === undefined ? 'latest' : '')) === 'latest';
  return latest ? 'Always' : 'IfNotPresent';
};

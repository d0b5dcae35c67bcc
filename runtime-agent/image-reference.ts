/** The parts of an image's name, with what a short name leaves out. */
export interface ImageReference {
  /** With the registry: `docker.io/library/nginx`. */
  readonly repository: string;
  /** `latest` when the name says neither tag nor digest. */
  readonly tag?: string;
  /** `sha256:…`; where both are given, this decides. */
  readonly digest?: string;
}

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const hostLabel = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const host = `(?:${hostLabel}(?:\\.${hostLabel})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const shape = new RegExp(
  `^(?<repository>(?:${host}/)?${component}(?:/${component})*)` +
    '(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?' +
    '(?:@(?<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,128}))?$',
);
const nameLengthMax = 255;

/** A first part with a dot, a port or a capital, or `localhost`, is a registry; anything else belongs to docker.io. */
const isRegistry = (part: string) => /[.:A-Z[]/.test(part) || part === 'localhost';

const complete = (repository: string): string => {
  const slash = repository.indexOf('/');
  if (slash >= 0 && isRegistry(repository.slice(0, slash))) return repository;
  return slash < 0 ? `docker.io/library/${repository}` : `docker.io/${repository}`;
};

/** Reads a name by the grammar of the distribution specification; undefined when it is none. */
export const parseImageReference = (text: string): ImageReference | undefined => {
  const found = text.length <= nameLengthMax * 2 ? shape.exec(text)?.groups : undefined;
  if (!found?.repository) return undefined;
  const repository = complete(found.repository);
  if (repository.length > nameLengthMax) return undefined;
  const { tag, digest } = found;
  return { repository, ...(tag || !digest ? { tag: tag ?? 'latest' } : {}), ...(digest ? { digest } : {}) };
};

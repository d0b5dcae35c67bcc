import { createHash } from 'node:crypto';
import { notAcceptable } from '../../kinds/rejection.ts';
import { mediaRanges, mediaTypes } from '../accept.ts';
import { type Answer, jsonAnswer } from '../answer.ts';
import type { Page } from '../routes.ts';
import type { Here, Visit } from '../visit.ts';
import {
  aggregated,
  coreVersions,
  groupDocument,
  groupList,
  groupsOf,
  groupVersionOf,
  resourceList,
} from './documents.ts';
import { discovered, type DiscoveredVersion } from './resources.ts';

/** A document in one of its forms, with the tag by which a client knows that it has it already. */
interface Edition {
  readonly answer: Answer;
  readonly tag: string;
}

const editionOf = (value: unknown, type: string): Edition => {
  const answer = jsonAnswer(200, value, type);
  const tag = `"${createHash('sha256').update(Buffer.concat(answer.body)).digest('hex').toUpperCase()}"`;
  return { answer: { ...answer, headers: { ETag: tag, Vary: 'Accept' } }, tag };
};

const versions = ['v2', 'v2beta1'] as const;
type Version = (typeof versions)[number];

const aggregatedType = (version: Version) =>
  `${mediaTypes.json};g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;

/** The form that the Accept header asks for: aggregated, plain, or none that we have. */
const formFor = (accept: string | undefined): Version | 'plain' | undefined => {
  for (const { type, parameters } of mediaRanges(accept)) {
    if (type !== mediaTypes.json && type !== '*/*' && type !== 'application/*') continue;
    const { as, g, v } = parameters;
    if (as === undefined) return 'plain';
    const version = versions.find((one) => one === v);
    if (as === 'APIGroupDiscoveryList' && g === 'apidiscovery.k8s.io' && version) return version;
  }
  return undefined;
};

/** A page with an aggregated form beside its plain one. */
const editionsPage = (plain: (visit: Visit) => unknown, those: readonly DiscoveredVersion[]): Page => {
  const editions = new Map(
    versions.map((version) => [version, editionOf(aggregated(those, version), aggregatedType(version))]),
  );
  return {
    answer: (visit) => {
      const form = formFor(visit.request.headers.accept);
      if (!form) return notAcceptable([mediaTypes.json]);
      const edition = form === 'plain' ? undefined : editions.get(form);
      if (!edition) return jsonAnswer(200, plain(visit));
      const known = visit.request.headers['if-none-match'];
      if (known !== edition.tag) return edition.answer;
      return { code: 304, type: edition.answer.type, body: [], headers: { ETag: edition.tag } };
    },
  };
};

const page = (value: unknown): Page => {
  const answer = jsonAnswer(200, value);
  return { answer: () => answer };
};

/** What clients read to learn what is served. */
export const discoveryPages = (kinds: Here['kinds']): Readonly<Record<string, Page>> => {
  const all = discovered(kinds.values());
  const core = all.filter(({ group }) => group === '');
  const named = all.filter(({ group }) => group !== '');
  const groups = groupList(all);
  const pages: Record<string, Page> = {
    '/api': editionsPage(({ request }) => coreVersions(request.headers.host ?? ''), core),
    '/apis': editionsPage(() => groups, named),
  };
  for (const [name, those] of groupsOf(all)) pages[`/apis/${name}`] = page(groupDocument(name, those));
  for (const home of all)
    pages[`/${home.group === '' ? 'api' : 'apis'}/${groupVersionOf(home)}`] = page(resourceList(home));
  return pages;
};

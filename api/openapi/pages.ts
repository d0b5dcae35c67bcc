import { createHash } from 'node:crypto';
import { isRejection, notAcceptable } from '../../kinds/rejection.ts';
import { mediaRanges, mediaTypes } from '../accept.ts';
import { type Answer, jsonAnswer, streamed } from '../answer.ts';
import { groupVersionOf } from '../discovery/documents.ts';
import { discovered, type DiscoveredVersion } from '../discovery/resources.ts';
import type { Page } from '../routes.ts';
import type { Here } from '../visit.ts';
import { openApi2, openApi3 } from './documents.ts';
import { gnostic2, gnostic3 } from './gnostic-messages.ts';

/** The release of Kubernetes whose schemas these are. */
const release = 'v1.34.0';

type Document = Readonly<Record<string, unknown>>;

/** What a document is written as; clients ask with an `@` that no media type may have. */
interface Form {
  readonly asked: readonly string[];
  readonly type: string;
  readonly write: (document: Document) => Buffer;
}
const json: Form = {
  asked: [mediaTypes.json, '*/*', 'application/*'],
  type: mediaTypes.json,
  write: (document) => Buffer.from(JSON.stringify(document)),
};
const gnosticForm = (version: 2 | 3, write: Form['write']): Form => {
  const type = `application/com.github.proto-openapi.spec.v${version}.v1.0+protobuf`;
  return { asked: [type, type.replace('.v1.0', '@v1.0')], type, write };
};
const forms2 = [json, gnosticForm(2, gnostic2)];
const forms3 = [json, gnosticForm(3, gnostic3)];

/** A document in all its forms. Made when first asked for, which takes some tens of ms, and kept. */
interface Library {
  /** Changes when the document does; known without making it. */
  readonly hash: string;
  readonly answerTo: Page['answer'];
}

const library = (hash: string, forms: readonly Form[], make: () => Document): Library => {
  const written = new Map<Form, Buffer>();
  const bytesOf = (form: Form): Buffer => {
    const bytes = written.get(form) ?? form.write(make());
    written.set(form, bytes);
    return bytes;
  };
  const headers = { ETag: `"${hash}"`, Vary: 'Accept' };
  const answerTo: Page['answer'] = ({ request }): Answer | ReturnType<typeof notAcceptable> => {
    const form = mediaRanges(request.headers.accept)
      .map(({ type }) => forms.find(({ asked }) => asked.includes(type)))
      .find(Boolean);
    if (!form) return notAcceptable(forms.map(({ type }) => type));
    const { type } = form;
    if (request.headers['if-none-match'] === headers.ETag) return { code: 304, type, body: [], headers };
    return { code: 200, type, body: [bytesOf(form)], headers };
  };
  return { hash, answerTo };
};

const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').toUpperCase();

/** All of a version that its document depends on, beside the schema table. */
const outlineOf = ({ group, version, kinds }: DiscoveredVersion) => ({
  group,
  version,
  kinds: kinds.map(({ kind: { namespaced }, resource, subresources }) => ({ namespaced, resource, subresources })),
});

/** A client that names the hash it saw may keep what it gets; one that names another is sent to the newest. */
const versionPage = (path: string, { hash, answerTo }: Library): Page => ({
  answer: async (visit, parameters) => {
    const named = visit.query.get('hash');
    if (named !== null && named !== hash)
      return { ...jsonAnswer(301, {}), headers: { Location: `${path}?hash=${hash}` } };
    const answer = await answerTo(visit, parameters);
    if (named === null || isRejection(answer) || answer === streamed) return answer;
    return { ...answer, headers: { ...answer.headers, 'Cache-Control': 'public, max-age=31536000, immutable' } };
  },
});

/** `/openapi/v2`, `/openapi/v3` and a page for each group's version. `version` is Reckon's own. */
export const openApiPages = (kinds: Here['kinds'], version: string): Readonly<Record<string, Page>> => {
  const all = discovered(kinds.values());
  const seeds = [version, release, all.map(groupVersionOf)];
  const whole = library(hashOf([...seeds, all.map(outlineOf)]), forms2, () => openApi2(all, release));
  const versions = all.map((home) => {
    const path = `${home.group === '' ? 'api' : 'apis'}/${groupVersionOf(home)}`;
    return { path, shelf: library(hashOf([...seeds, outlineOf(home)]), forms3, () => openApi3(home, all, release)) };
  });
  const index = jsonAnswer(200, {
    paths: Object.fromEntries(
      versions.map(({ path, shelf }) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${shelf.hash}` }]),
    ),
  });
  return {
    '/openapi/v2': { answer: whole.answerTo },
    '/openapi/v3': { answer: () => index },
    ...Object.fromEntries(
      versions.map(({ path, shelf }) => [`/openapi/v3/${path}`, versionPage(`/openapi/v3/${path}`, shelf)]),
    ),
  };
};

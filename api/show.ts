import type { Kind } from '../kinds/kind.ts';
import type { ApiObject } from '../kinds/object.ts';
import { badRequest, isRejection, notAcceptable, type Rejection } from '../kinds/rejection.ts';
import { quote } from '../kinds/values/quote.ts';
import { type Format, mediaTypes, type Offer, representationFor } from './accept.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import type { IncludeObject } from './table.ts';
import { type View, viewOf } from './view.ts';
import type { Here, Visit } from './visit.ts';

/** How this client sees objects of this kind. */
export interface Shown {
  readonly view: View;
  readonly format: Format;
}

const everyForm: Offer = { formats: ['json', 'yaml', 'protobuf'], transforms: true };
const includes: readonly string[] = ['None', 'Metadata', 'Object'];

/** The view that the Accept header asks for; 406 when there is none we have. */
export const shownTo = (
  { request, query }: Pick<Visit, 'request' | 'query'>,
  kind: Kind,
  here: Here,
  offer = everyForm,
): Shown | Rejection => {
  const representation = representationFor(request.headers.accept, offer);
  if (!representation) return notAcceptable(offer.formats.map((format) => mediaTypes[format]));
  const include = query.get('includeObject') || 'Metadata';
  if (!includes.includes(include)) return badRequest(`unrecognized includeObject value: ${quote(include)}`);
  // Checked against the list.
  return { view: viewOf(kind, representation, include as IncludeObject, here), format: representation.format };
};

/** One object as an answer. */
export const answerObject = (
  visit: Visit,
  kind: Kind,
  object: ApiObject,
  here: Here,
  code = 200,
): Answer | Rejection => {
  const shown = shownTo(visit, kind, here);
  if (isRejection(shown)) return shown;
  return { code, type: mediaTypes[shown.format], body: shown.view.one(object) };
};

/** Any other value as an answer: always JSON, which every client reads. */
export const answerValue = ({ request }: Visit, code: number, value: unknown): Answer | Rejection => {
  const offer: Offer = { formats: ['json', 'yaml'], transforms: false };
  const representation = representationFor(request.headers.accept, offer);
  if (!representation) return notAcceptable(offer.formats.map((format) => mediaTypes[format]));
  return jsonAnswer(code, value, mediaTypes[representation.format]);
};

/** That it worked, where there is no object to show. */
export const answerStatus = (visit: Visit, code: number): Answer | Rejection =>
  answerValue(visit, code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code });

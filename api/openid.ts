import { jsonAnswer } from './answer.ts';
import type { Tokens } from './auth/tokens.ts';
import type { Page } from './routes.ts';

/** What others need to verify the tokens of service accounts by themselves. */
export const openidPages = (tokens: Tokens): Readonly<Record<string, Page>> => ({
  '/.well-known/openid-configuration': {
    answer: () =>
      jsonAnswer(200, {
        issuer: tokens.audience,
        jwks_uri: `${tokens.audience}/openid/v1/jwks`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
      }),
  },
  '/openid/v1/jwks': { answer: async () => jsonAnswer(200, await tokens.keySet(), 'application/jwk-set+json') },
});

import { arch, platform } from 'node:process';
import { jsonAnswer } from './answer.ts';
import type { Page } from './routes.ts';

/** The release of Kubernetes whose API this is. */
const kubernetes = { major: '1', minor: '34' } as const;

/** `GET /version`. `version` is Reckon's own. */
export const versionPage = (version: string): Page => {
  const answer = jsonAnswer(200, {
    ...kubernetes,
    gitVersion: `v${kubernetes.major}.${kubernetes.minor}.0+reckon-${version}`,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: 'node',
    platform: `${platform}/${arch === 'x64' ? 'amd64' : arch}`,
  });
  return { answer: () => answer };
};

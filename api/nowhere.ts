import { reject } from '../kinds/rejection.ts';
import { jsonAnswer, textAnswer } from './answer.ts';
import type { Here, Reply } from './visit.ts';

const noResource = reject('NotFound', 'the server could not find the requested resource', { details: {} });
const noPage = textAnswer(404, '404 page not found\n');

/** What is at the root of the API, for those who look around. */
export const rootPaths = (here: Here): readonly string[] => {
  const groups = new Set<string>();
  for (const { group, version } of here.kinds.values())
    if (group !== '') groups.add(`/apis/${group}`).add(`/apis/${group}/${version}`);
  const pages = '/healthz /livez /metrics /openapi/v2 /openapi/v3 /readyz /version /.well-known/openid-configuration';
  return ['/api', '/api/v1', '/apis', ...groups, ...pages.split(' ')].sort();
};

/** What is answered where nothing is, as upstream: by how far the path is right. */
export const nowhere = (path: string, here: Here): Reply => {
  const [, root, group, version] = path.split('/');
  const isKnown = (known: { group: string; version: string }) =>
    root === 'api' ? known.group === '' && known.version === group : known.group === group && known.version === version;
  if (root === 'api' || root === 'apis') return [...here.kinds.values()].some(isKnown) ? noResource : noPage;
  return jsonAnswer(404, { paths: rootPaths(here) });
};

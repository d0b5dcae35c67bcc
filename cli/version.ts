import { readFileSync } from 'node:fs';

const { version: own } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
}; // our own file

/** Reckon's own version. */
export const reckonVersion = own;
/** As the API and `kubectl get nodes` show it: the Kubernetes we conform to, and who we are. */
export const version = `v1.34.0+reckon.${own}`;

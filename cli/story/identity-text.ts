import type { Told } from './told.ts';

/** Who did it, as people say: a user with the program used, a controller, a node's agent. */
export const whoText = ({ via, by, manager }: Told): string => {
  const [what = '', name = ''] = via.split('/');
  if (what === 'controller') return name === 'scheduler' ? 'the scheduler' : `the ${name} controller`;
  if (what === 'agent') return `the agent of ${name}`;
  return manager === '' ? by.user : `${by.user} using ${manager}`;
};

/** The same for a column: `kubernetes-admin`, `replica-set controller`, `agent of n1`. */
export const whoCell = (told: Told): string => (told.via === 'api' ? told.by.user : whoText(told).replace(/^the /, ''));

/** Through what it came: `api, kubectl-scale`. */
export const throughCell = ({ via, manager }: Told): string =>
  via === 'api' && manager !== '' ? `${via}, ${manager}` : via;

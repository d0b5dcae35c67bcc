import { expect } from 'chai';
import { controllers } from '../../actors/index.ts';
import { kinds } from '../../kinds/index.ts';

describe('controllers', () => {
  it('have names of their own, fit for the log', () => {
    const names = controllers({
      kinds,
      authority: '',
      apiServer: { address: '192.0.2.1', port: 1, serviceCidr: '10.96.0.0/16' },
    }).map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    for (const name of names) expect(name).to.match(/^[a-z]+(-[a-z]+)*$/);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { byName, ordered } from '../../projections/ordered.ts';
import type { ApiObject } from '../../kinds/object.ts';
import { objectOf } from '../support/world.ts';

const object = (name: string): ApiObject => objectOf({ kind: 'ConfigMap', metadata: { name } });

describe('an ordered list', () => {
  it('is by namespace and name, whatever the order of changes, and as it was where nothing changed', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.constantFrom('put', 'remove', 'ask'))), (steps) => {
        const list = ordered();
        const plain = new Map<string, ApiObject>();
        for (const [n, step] of steps) {
          const name = `n${n}`;
          const before = plain.get(name);
          if (step === 'put') {
            const after = object(name);
            list.change(before, after);
            plain.set(name, after);
          } else if (step === 'remove' && before) {
            list.change(before, undefined);
            plain.delete(name);
          }
          if (step !== 'ask') continue;
          expect(list.list()).to.deep.equal([...plain.values()].sort(byName));
          expect(list.list()).to.equal(list.list());
        }
        expect(list.size).to.equal(plain.size);
        expect(list.list()).to.have.length(plain.size);
      }),
    ));

  it('leaves alone what it handed out before', () => {
    const list = ordered();
    list.change(undefined, object('a'));
    const before = list.list();
    list.change(undefined, object('b'));
    expect(list.list()).to.have.length(2);
    expect(before).to.have.length(1);
  });
});

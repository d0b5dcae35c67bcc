import { expect } from 'chai';
import { type PriorityClass, priorityClass } from '../../kinds/priority-class.ts';
import { created, given } from '../support/given.ts';

const named = (name: string, content: object) => ({ type: 'Create', object: { metadata: { name }, ...content } });
const told = (why: string) => `PriorityClass.scheduling.k8s.io "${why}`;

describe('priority classes', () => {
  it('preempt unless they say otherwise', () =>
    given(priorityClass)
      .when(named('web', { value: 5 }))
      .leaves((object) => expect((object as PriorityClass).preemptionPolicy).to.equal('PreemptLowerPriority')));
  it('go up to a billion', () =>
    given(priorityClass)
      .when(named('web', { value: 1_000_000_001 }))
      .refuses(
        'Invalid',
        told('web" is invalid: value: Forbidden: maximum allowed value of a user defined priority is 1000000000'),
      ));
  it('leave the names of the system to the system', () => {
    const why = `metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only`;
    given(priorityClass)
      .when(named('system-mine', { value: 1 }))
      .refuses('Invalid', told(`system-mine" is invalid: ${why}`));
    given(priorityClass)
      .when(named('system-node-critical', { value: 2_000_001_000 }))
      .leaves((object) => expect((object as PriorityClass).value).to.equal(2_000_001_000));
  });
  it('never change their value', () =>
    given(priorityClass, created(priorityClass, { value: 5, preemptionPolicy: 'Never' }))
      .when({ type: 'Replace', object: { metadata: { name: 'web' }, value: 6, preemptionPolicy: 'Never' } })
      .refuses('Invalid', told('web" is invalid: value: Forbidden: may not be changed in an update.')));
});

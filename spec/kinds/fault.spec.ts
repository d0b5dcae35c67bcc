import { expect } from 'chai';
import { causeReasonOf, type Fault, fault, textOf, textOfAll } from '../../kinds/fault.ts';

const says = (what: string, one: Fault, text: string, reason: string) =>
  it(what, () => {
    expect(textOf(one)).to.equal(text);
    expect(causeReasonOf(one)).to.equal(reason);
  });

describe('A fault reads as upstream prints it', () => {
  says('names what is required', fault.required('spec.x', 'why'), 'spec.x: Required value: why', 'FieldValueRequired');
  says('adds nothing for an empty detail', fault.required('spec.x'), 'spec.x: Required value', 'FieldValueRequired');
  says(
    'quotes text',
    fault.invalid('a', 'y"\n\u0001ü', 'why'),
    'a: Invalid value: "y\\"\\n\\x01ü": why',
    'FieldValueInvalid',
  );
  says('prints numbers bare', fault.invalid('a', -1, 'why'), 'a: Invalid value: -1: why', 'FieldValueInvalid');
  says('prints booleans bare', fault.invalid('a', true, 'why'), 'a: Invalid value: true: why', 'FieldValueInvalid');
  says(
    'prints objects as Go prints JSON',
    fault.invalid('a', { b: '<' }, 'why'),
    'a: Invalid value: {"b":"\\u003c"}: why',
    'FieldValueInvalid',
  );
  says(
    'prints what is not there as null',
    fault.invalid('a', undefined, 'why'),
    'a: Invalid value: null: why',
    'FieldValueInvalid',
  );
  says(
    'lists what is supported',
    fault.notSupported('a', 'x', ['p', 'q']),
    'a: Unsupported value: "x": supported values: "p", "q"',
    'FieldValueNotSupported',
  );
  says(
    'lists nothing where nothing is supported',
    fault.notSupported('a', 'x', []),
    'a: Unsupported value: "x"',
    'FieldValueNotSupported',
  );
  says('shows no value of what is forbidden', fault.forbidden('a', 'why'), 'a: Forbidden: why', 'FieldValueForbidden');
  says('shows duplicates', fault.duplicate('a', 'x'), 'a: Duplicate value: "x"', 'FieldValueDuplicate');
  says('shows what was not found', fault.notFound('a', 'x'), 'a: Not found: "x"', 'FieldValueNotFound');
  says('counts bytes', fault.tooLong('a', 63), 'a: Too long: may not be more than 63 bytes', 'FieldValueTooLong');
  says('counts one byte', fault.tooLong('a', 1), 'a: Too long: may not be more than 1 byte', 'FieldValueTooLong');
  says('counts items', fault.tooMany('a', 9, 8), 'a: Too many: 9: must have at most 8 items', 'FieldValueTooMany');
  says(
    'says what type it wants',
    fault.wrongType('a', 'x', 'why'),
    'a: Invalid value: "x": why',
    'FieldValueTypeInvalid',
  );
  says('owns up to its own troubles', fault.internal('a', 'why'), 'a: Internal error: why', 'InternalError');
});

describe('Several faults', () => {
  it('stand in brackets, each once', () => {
    const one = fault.required('a');
    expect(textOfAll([one, one])).to.equal('a: Required value');
    expect(textOfAll([one, fault.required('b'), one])).to.equal('[a: Required value, b: Required value]');
  });
});

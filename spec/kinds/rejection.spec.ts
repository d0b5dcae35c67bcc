import { expect } from 'chai';
import { fault } from '../../kinds/fault.ts';
import * as rejection from '../../kinds/rejection.ts';

const { statusOf } = rejection;

const says = (what: string, made: rejection.Rejection, code: number, message: string) =>
  it(what, () => {
    const status = statusOf(made);
    expect([status.code, status.message]).to.deep.equal([code, message]);
  });

describe('A rejection becomes the Status that upstream answers', () => {
  it('says which object is missing', () => {
    expect(statusOf(rejection.notFound({ resource: 'deployments.apps' }, 'x'))).to.deep.equal({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'deployments.apps "x" not found',
      reason: 'NotFound',
      details: { name: 'x', group: 'apps', kind: 'deployments' },
      code: 404,
    });
  });

  it('takes the group from behind the first dot', () => {
    expect(statusOf(rejection.notFound({ resource: 'endpointslices.discovery.k8s.io' }, 'x')).details).to.deep.equal({
      name: 'x',
      group: 'discovery.k8s.io',
      kind: 'endpointslices',
    });
  });

  it('leaves the core group out', () => {
    expect(statusOf(rejection.notFound({ resource: 'pods' }, 'x')).details).to.deep.equal({ name: 'x', kind: 'pods' });
  });

  it('names the one fault of an invalid object without brackets', () => {
    const status = statusOf(
      rejection.invalid({ kind: 'Deployment', group: 'apps' }, 'web', [fault.required('spec.selector', 'why')]),
    );
    expect(status.message).to.equal('Deployment.apps "web" is invalid: spec.selector: Required value: why');
    expect(status.code).to.equal(422);
    expect(status.details).to.deep.equal({
      name: 'web',
      group: 'apps',
      kind: 'Deployment',
      causes: [{ reason: 'FieldValueRequired', message: 'Required value: why', field: 'spec.selector' }],
    });
  });

  it('lists the faults of an invalid object in brackets, in order, and each as a cause', () => {
    const status = statusOf(
      rejection.invalid({ kind: 'Pod', group: '' }, 'p', [fault.required('b'), fault.invalid('a', 1, 'why')]),
    );
    expect(status.message).to.equal('Pod "p" is invalid: [b: Required value, a: Invalid value: 1: why]');
    expect(status.details?.causes).to.deep.equal([
      { reason: 'FieldValueRequired', message: 'Required value', field: 'b' },
      { reason: 'FieldValueInvalid', message: 'Invalid value: 1: why', field: 'a' },
    ]);
  });

  says('says what exists', rejection.alreadyExists({ resource: 'pods' }, 'x'), 409, 'pods "x" already exists');
  says(
    'says that no name is left',
    rejection.noNameLeft({ resource: 'pods' }, 'x'),
    409,
    'pods "x" already exists, the server was not able to generate a unique name for the object',
  );
  says(
    'says that the object has been modified',
    rejection.conflict({ resource: 'configmaps' }, 'a'),
    409,
    'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  );
  says(
    'says why else it conflicts',
    rejection.conflict({ resource: 'pods' }, 'a', 'why'),
    409,
    'Operation cannot be fulfilled on pods "a": why',
  );
  says('forbids an object', rejection.forbidden({ resource: 'pods' }, 'a', 'why'), 403, 'pods "a" is forbidden: why');
  says('forbids a whole resource', rejection.forbidden({ resource: 'pods' }, '', 'why'), 403, 'pods is forbidden: why');
  says('knows no one', rejection.unauthorized(), 401, 'Unauthorized');
  says(
    'lacks a verb',
    rejection.methodNotAllowed({ resource: 'namespaces' }, 'deletecollection'),
    405,
    'deletecollection is not supported on resources of kind "namespaces"',
  );
  says(
    'cannot answer so',
    rejection.notAcceptable(['a/b', 'c/d']),
    406,
    'only the following media types are accepted: a/b, c/d',
  );
  says(
    'cannot read that',
    rejection.unsupportedMediaType(['a/b']),
    415,
    'the body of the request was in an unknown format - accepted media types include: a/b',
  );
  says(
    'has its limits',
    rejection.requestEntityTooLarge('limit is 3145728'),
    413,
    'Request entity too large: limit is 3145728',
  );
  says(
    'does not see the future',
    rejection.tooLargeResourceVersion(9, 3, 1),
    504,
    'Timeout: Too large resource version: 9, current: 3',
  );
  says(
    'asks to try again',
    rejection.serverTimeout({ resource: 'pods' }, 'create', 1),
    500,
    'The create operation against pods could not be completed at this time, please try again.',
  );
  says('owns up', rejection.internalError('why'), 500, 'Internal error occurred: why');
  says(
    'rejects a patch that does not apply',
    rejection.unprocessable(),
    422,
    'the server rejected our request due to an error in our request',
  );

  it('says when to ask again, after the causes', () => {
    const { details } = statusOf(rejection.tooLargeResourceVersion(9, 3, 1));
    expect(JSON.stringify(details)).to.equal(
      '{"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}],"retryAfterSeconds":1}',
    );
  });

  it('has no details where there is nothing to say', () => {
    expect(statusOf(rejection.badRequest('why'))).not.to.have.property('details');
  });

  it('tells rejections from other answers', () => {
    expect(rejection.isRejection(rejection.badRequest('why'))).to.equal(true);
    expect([[], {}, null, undefined, 'x'].some(rejection.isRejection)).to.equal(false);
  });
});

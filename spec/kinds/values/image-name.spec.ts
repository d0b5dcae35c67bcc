import { expect } from 'chai';
import { parseImageName } from '../../../kinds/values/image-name.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('The name of an image', () => {
  for (const [text, parts] of [
    ['nginx', { domain: 'docker.io', path: 'library/nginx' }],
    ['team/web:v1', { domain: 'docker.io', path: 'team/web', tag: 'v1' }],
    ['index.docker.io/nginx', { domain: 'docker.io', path: 'library/nginx' }],
    ['localhost/web', { domain: 'localhost', path: 'web' }],
    ['r.io:5000/a/b:1@' + digest, { domain: 'r.io:5000', path: 'a/b', tag: '1', digest }],
    [`web@${digest}`, { domain: 'docker.io', path: 'library/web', digest }],
    ['[::1]:80/web', { domain: '[::1]:80', path: 'web' }],
  ] as const)
    it(`${text} has its parts`, () => expect(parseImageName(text)).to.deep.equal(parts));

  it('is not upper case, a bare digest, too long or half a name', () => {
    for (const text of [
      '',
      'Nginx',
      'a'.repeat(64),
      'a b',
      'nginx:',
      'nginx@sha256:abc',
      `nginx@md5:${'a'.repeat(32)}`,
      `r.io/${'a'.repeat(300)}`,
      'a//b',
    ])
      expect(parseImageName(text), text).to.equal(undefined);
  });
});

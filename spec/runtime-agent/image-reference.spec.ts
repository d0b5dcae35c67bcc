import { expect } from 'chai';
import { parseImageReference } from '../../runtime-agent/image-reference.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('an image’s name', () => {
  const names: readonly (readonly [string, object])[] = [
    ['nginx', { repository: 'docker.io/library/nginx', tag: 'latest' }],
    ['nginx:1.27', { repository: 'docker.io/library/nginx', tag: '1.27' }],
    ['reckon/demo:1', { repository: 'docker.io/reckon/demo', tag: '1' }],
    ['docker.io/reckon/demo:1', { repository: 'docker.io/reckon/demo', tag: '1' }],
    ['registry:5000/team/app', { repository: 'registry:5000/team/app', tag: 'latest' }],
    ['localhost/app:v1', { repository: 'localhost/app', tag: 'v1' }],
    ['127.0.0.1:5000/app:v1', { repository: '127.0.0.1:5000/app', tag: 'v1' }],
    ['[::1]:5000/app', { repository: '[::1]:5000/app', tag: 'latest' }],
    ['registry.k8s.io/a/b/c_d--e.f:V.1-x', { repository: 'registry.k8s.io/a/b/c_d--e.f', tag: 'V.1-x' }],
    [`nginx@${digest}`, { repository: 'docker.io/library/nginx', digest }],
    [`nginx:1@${digest}`, { repository: 'docker.io/library/nginx', tag: '1', digest }],
  ];
  for (const [text, parts] of names) {
    it(`may be "${text}"`, () => {
      expect(parseImageReference(text)).deep.equal(parts);
    });
  }

  const wrong = [
    '',
    ' ',
    'Nginx',
    'a//b',
    '/a',
    'a/',
    'a:',
    'a:b:c',
    'a b',
    'a@sha256:12',
    '-a',
    'a..b',
    `a:${'x'.repeat(129)}`,
    'a'.repeat(300),
  ];
  for (const text of wrong) {
    it(`may not be "${text.slice(0, 20)}"`, () => {
      expect(parseImageReference(text)).equal(undefined);
    });
  }
});

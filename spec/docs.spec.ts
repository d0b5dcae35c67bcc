import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { kinds } from '../kinds/index.ts';
import { reasons } from '../kinds/rejection.ts';

const pages = ['README.md', 'CHANGELOG.md'].concat(
  readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
);
const read = (page: string) => readFileSync(page, 'utf8');

/** The cells of the tables whose first heading is this one. */
const rowsUnder = (text: string, heading: string): readonly (readonly string[])[] => {
  const rows: string[][] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    const cells = line.startsWith('|')
      ? line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim())
      : [];
    if (cells.length === 0) inside = false;
    else if (cells[0] === heading) inside = true;
    else if (inside && !/^-+$/.test(cells[0] ?? '')) rows.push(cells);
  }
  return rows;
};

/** Folders of ours, whose files a page may name in code. */
const ours = /^(events|kinds|projections|commands|actors|api|runtime-agent|cli|spec|docs|examples|bench)\/[\w./-]+$/;

describe('the docs', () => {
  for (const page of pages)
    it(`${page} leads only to what is there`, () => {
      const text = read(page);
      for (const [, link = ''] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g))
        if (!/^[a-z]+:/.test(link))
          expect(existsSync(join(dirname(page), link)), `${page} links to ${link}`).to.equal(true);
      for (const [, code = ''] of text.matchAll(/`([^`\n]+)`/g))
        if (ours.test(code)) expect(existsSync(code), `${page} names ${code}`).to.equal(true);
    });

  it('every page is reached from the README or from a page', () => {
    const named = pages.flatMap((page) =>
      Array.from(read(page).matchAll(/\]\(([^)#]+)/g), ([, link = '']) => join(dirname(page), link).replace(/\/$/, '')),
    );
    const reached = (page: string) => named.includes(page) || named.includes(dirname(page));
    expect(pages.filter((page) => page.startsWith('docs/') && !reached(page))).to.deep.equal([]);
  });

  it('errors.md names every reason with its code', () => {
    const listed = rowsUnder(read('docs/errors.md'), 'reason').map(([reason = '', code = '']) => [
      reason,
      Number(code),
    ]);
    expect(Object.fromEntries(listed)).to.deep.equal(reasons);
  });

  it('limits.md names the kinds that are served', () => {
    const [, served = ''] = /Served: ([^.]+)\./.exec(read('docs/limits.md').replaceAll('\n', ' ')) ?? [];
    const shown = [...kinds.values()].filter(({ verbs }) => verbs.length > 0).map(({ kind }) => kind);
    expect(served.split(', ').sort()).to.deep.equal(shown.sort());
  });

  it('libraries.md names every dependency with its version', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<
      string,
      Record<string, string>
    >;
    const text = read('docs/decisions/libraries.md');
    const listed = rowsUnder(text, 'library').map(([name = '', version = '']) => [name, version]);
    expect(Object.fromEntries(listed)).to.deep.equal({ ...dependencies, ...devDependencies });
    for (const [name, version] of Object.entries(optionalDependencies ?? {}))
      expect(text).to.contain(`${name} ${version}`);
  });

  it('glossary.md says every word once', () => {
    const words = rowsUnder(read('docs/glossary.md'), 'word').map(([word = '']) =>
      word.replaceAll('*', '').toLowerCase(),
    );
    expect(words.filter((word, i) => words.indexOf(word) !== i)).to.deep.equal([]);
  });
});

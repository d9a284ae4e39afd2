import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pages } from './pages-of.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (file: string): string => readFileSync(file, 'utf8');

/** The anchors that a page's headings have. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** Of a picture, so that a page loads at once. */
const largestPictureBytes = 300_000;

it.each(pages())('%s links to what is there', (page) => {
  const file = join(root, page);
  const links = [...textOf(file).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)]+))?\)/g)];
  for (const [, path = '', anchor] of links) {
    const target = path === '' ? file : join(dirname(file), path);
    expect([path, existsSync(target)]).toEqual([path, true]);
    if (anchor !== undefined && statSync(target).isFile() && target.endsWith('.md'))
      expect(anchorsOf(textOf(target))).toContain(anchor);
  }
});

it.each(pages())('%s shows pictures that are there, and small', (page) => {
  for (const [, path = ''] of textOf(join(root, page)).matchAll(/<img src="([^"]+)"/g)) {
    const file = join(root, dirname(page), path);
    expect([path, existsSync(file)]).toEqual([path, true]);
    expect(statSync(file).size).toBeLessThan(largestPictureBytes);
  }
});

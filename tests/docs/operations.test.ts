import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/operations');
const textOf = (file: string): string => readFileSync(file, 'utf8');

it('docs/operations/alerts.md says of every alert what it means and what to do, and of no other', () => {
  const rules = textOf(join(root, 'deploy/prometheus/sluice-alerts.yml'));
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const rows = [...textOf(join(folder, 'alerts.md')).matchAll(/^\| `(\w+)` \| \S.* \| \S.* \|$/gm)];
  expect(rows.map(([, name]) => name).sort()).toEqual(alerts.sort());
});

/** The anchors that a page's headings have. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

it.each(readdirSync(folder))('docs/operations/%s links to what is there', (name) => {
  const file = join(folder, name);
  const links = [...textOf(file).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
  for (const [, path = '', anchor] of links) {
    const target = path === '' ? file : join(dirname(file), path);
    expect([path, existsSync(target)]).toEqual([path, true]);
    if (anchor !== undefined) expect(anchorsOf(textOf(target))).toContain(anchor);
  }
});

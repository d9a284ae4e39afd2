import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { firstLoadFiles, gzippedBytes } from './first-load.ts';

it('counts what the entry imports, with its styles, and not what is imported later', () => {
  const manifest = {
    'index.html': {
      file: 'index.js',
      isEntry: true,
      imports: ['_shared.js'],
      css: ['index.css'],
      dynamicImports: ['plot.tsx'],
    },
    '_shared.js': { file: 'shared.js', imports: ['index.html'], css: ['shared.css'] },
    'plot.tsx': { file: 'plot.js', css: ['plot.css'] },
  };
  expect(firstLoadFiles(manifest)).toEqual(['index.css', 'index.js', 'shared.css', 'shared.js']);
});

it('counts each file as it goes over the wire', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-first-load-'));
  try {
    for (const name of ['a.js', 'b.js']) writeFileSync(join(folder, name), name.repeat(1_000));
    const expected = ['a.js', 'b.js'].map((name) => gzipSync(name.repeat(1_000), { level: 9 }).length);
    expect(gzippedBytes(folder, ['a.js', 'b.js'])).toBe((expected[0] ?? 0) + (expected[1] ?? 0));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { releaseSpecSchema } from '../../../domain/release/release-spec.ts';
import { layOutApp } from '../app-folder.ts';
import { makeFrugal } from './frugal-app.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluice-frugal-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

it('keeps every critical case and a third of the others, and the spec valid', async () => {
  await layOutApp(directory, { dataDirectory: undefined, adapt: makeFrugal });
  const read = (file: string) => readFileSync(join(directory, file), 'utf8');
  const { tests } = parse(read('evals/intents.yaml')) as { tests: { id: string; critical?: true }[] };
  expect(tests.filter(({ critical }) => critical)).toHaveLength(5);
  expect(tests.filter(({ critical }) => !critical)).toHaveLength(30);
  expect(new Set(tests.map(({ id }) => id)).size).toBe(35);
  const spec = releaseSpecSchema.parse(parse(read('sluice.yaml'), { merge: true }));
  expect(spec).toMatchObject({ mirror: { samples: 20, minPairs: 15 } });
});

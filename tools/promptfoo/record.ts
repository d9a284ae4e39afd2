// Records what promptfoo says of generated suites, for evals/promptfoo.test.ts to hold Sluice against. By hand:
//   (cd tools/promptfoo && npm ci --omit=optional --ignore-scripts) && node tools/promptfoo/record.ts [cases] [files]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { caseInput } from './case-inputs.ts';
import { fileInput, valueFiles } from './file-inputs.ts';
import { variables, type Input } from './inputs.ts';
import { loadPromptfoo } from './promptfoo.ts';
import { createRandom, type Random } from './random.ts';

const recordings: [name: string, generate: (random: Random) => Input, count: number][] = [
  ['cases', caseInput, 2600],
  ['files', fileInput, 1600],
];

const folder = join(import.meta.dirname, '../../evals/test-fixtures/promptfoo');
mkdirSync(folder, { recursive: true });
const { ask, kinds } = await loadPromptfoo();
const wanted = process.argv.slice(2);
for (const [name, generate, count] of recordings) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const random = createRandom(20261129);
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const input = generate(random);
    lines.push(JSON.stringify([input, await ask(input)]));
    if (lines.length % 100 === 0) console.log(`${name}: ${lines.length} of ${count}`);
  }
  writeFileSync(join(folder, `${name}.json`), `[\n${lines.join(',\n')}\n]\n`);
}
const shared = { version: '0.123.1', kinds, variables, files: valueFiles };
writeFileSync(join(folder, 'shared.json'), `${JSON.stringify(shared, null, 2)}\n`);
process.exit(0);

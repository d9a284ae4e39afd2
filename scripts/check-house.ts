// Checks what no linter knows: how the house is built (docs/architecture.md). Prints what is wrong, a line each.
import { join } from 'node:path';
import { houseRules } from './house/rules.ts';
import { readProduction } from './house/source-file.ts';

const files = readProduction(join(import.meta.dirname, '..'));
const wrong = Object.values(houseRules).flatMap((rule) => rule(files));
for (const sentence of wrong) console.log(sentence);
process.exitCode = wrong.length === 0 ? 0 : 1;

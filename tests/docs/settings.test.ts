import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { settingsSchema as api } from '../../api/settings.ts';
import { settingsSchema as cli } from '../../cli/settings.ts';
import { settingsSchema as retriever } from '../../examples/bank-support/retriever/settings.ts';
import { settingsSchema as gateway } from '../../gateway/settings.ts';
import { settingsSchema as simulator } from '../../simulator/provider/settings.ts';
import { settingsSchema as traffic } from '../../simulator/traffic/settings.ts';
import { settingsSchema as evaluationWorker } from '../../workers/evaluation-settings.ts';
import { settingsSchema as worker } from '../../workers/settings.ts';

const root = join(import.meta.dirname, '../..');
const document = readFileSync(join(root, 'docs/reference/settings.md'), 'utf8');

/** The variables of a program in the document (its other tables name no variable): the default of each. */
function documented(program: string): Record<string, string> {
  const section = document.split('\n## ').find((text) => text.includes(`(\`${program}\`)`));
  if (section === undefined) throw new Error(`The document has no section of ${program}.`);
  const rows = [...section.matchAll(/^\| `([A-Z][A-Z\d_]*)` \| `?([^|`]*)`? \| (\S[^|]*) \|$/gm)];
  return Object.fromEntries(rows.map(([, name = '', standard = '']) => [name, standard.trim()]));
}

/** What a program's schema says of its variables. */
function known(schema: z.ZodType): Record<string, string> {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const standard = typeof property === 'object' ? property.default : undefined;
      if (required.includes(name)) return [name, 'required'];
      return [name, standard === undefined ? 'none' : z.coerce.string().parse(standard)];
    }),
  );
}

it.each([
  ['api/main.ts', api],
  ['workers/main.ts', worker],
  ['workers/evaluation-main.ts', evaluationWorker],
  ['gateway/main.ts', gateway],
  ['simulator/provider/main.ts', simulator],
  ['simulator/traffic/main.ts', traffic],
  ['examples/bank-support/retriever/main.ts', retriever],
])('has every setting of %s with its default, and no other', (program, schema) => {
  expect(documented(program)).toEqual(known(schema));
});

it('has every variable that the command reads, and no other', () => {
  const sources = globSync('cli/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
  const read = sources.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/environment\['([A-Z_]+)'\]/g)].map(
      ([, name = '']) => name,
    ),
  );
  const names = new Set([...Object.keys(known(cli)), ...read]);
  expect(Object.keys(documented('cli/main.ts')).sort()).toEqual([...names].sort());
});

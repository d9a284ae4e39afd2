import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';

const folder = useFolder();

it.each([
  ['environments: {', /sluice\.environments\.yaml:1: /, 2],
  ['environments: { production: { providers: { openai: { kind: opanai } } } }', /kind/, 2],
  ['environments: { production: { providers: {} } }', /has no environment "staging"/, 3],
])('sluice up refuses %s before anything is started', async (text, message, code) => {
  folder.write('sluice.environments.yaml', text);
  const ran = await sluice(['up'], { cwd: folder.path });
  expect(ran.code).toBe(code);
  expect(ran.stderr).toMatch(message);
  expect(existsSync(join(folder.path, '.sluice', 'logs'))).toBe(false);
});

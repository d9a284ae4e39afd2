import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';
import { missingKeys, readBindings, writeSimulatedEnvironments } from './environments.ts';

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

it('names each variable that bindings take a key from and that has no value, once', () => {
  const provider = (variable: string) =>
    `{ kind: openai, baseUrl: https://a.example/v1, apiKeyEnv: ${variable} }`;
  folder.write(
    'sluice.environments.yaml',
    `environments:
  production: { providers: { a: ${provider('A')}, b: ${provider('B')}, c: ${provider('C')} } }
  staging: { providers: { b: ${provider('B')} }, retrievers: { r: { url: https://r.example, apiKeyEnv: R } } }`,
  );
  const bindings = readBindings(join(folder.path, 'sluice.environments.yaml'), ['production', 'staging']);
  expect(missingKeys(bindings, { A: 'key', B: '' })).toEqual(['B', 'C', 'R']);
  expect(missingKeys(bindings, { A: 'a', B: 'b', C: 'c', R: 'r' })).toEqual([]);
});

it('binds the models of sluice init to simulated ones, which ask for no key', () => {
  const urls = { openai: 'http://127.0.0.1:1/v1', anthropic: 'http://127.0.0.1:2' };
  const bindings = readBindings(writeSimulatedEnvironments(folder.path, urls), ['production', 'staging']);
  expect(missingKeys(bindings, {})).toEqual([]);
  for (const { providers } of bindings) {
    expect(providers['openai']).toMatchObject({
      baseUrl: urls.openai,
      models: { 'gpt-5-mini': { deployment: 'atlas-large' } },
    });
    expect(providers['anthropic']).toMatchObject({ baseUrl: urls.anthropic });
  }
});

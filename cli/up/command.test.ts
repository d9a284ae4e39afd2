import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environmentsFileSchema } from '../../domain/revision/binding.ts';
import { providerKindNames, providerKinds } from '../../domain/revision/provider-kinds.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';
import { missingKeys, readBindings, readEnvironments } from './environments/environments.ts';
import { writeSimulatedEnvironments } from './environments/simulated-environments.ts';

const folder = useFolder();

it.each([
  ['environments: {', /sluice\.environments\.yaml:1:\d+: /, 2],
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

const urls = { openai: 'http://127.0.0.1:1/v1', anthropic: 'http://127.0.0.1:2' };

it('binds the models of sluice init to simulated ones, which ask for no key', () => {
  const file = writeSimulatedEnvironments(folder.path, readEnvironments(undefined), urls);
  const bindings = readBindings(file, ['production', 'staging']);
  expect(missingKeys(bindings, {})).toEqual([]);
  for (const { providers } of bindings) {
    expect(providers['openai']).toMatchObject({
      baseUrl: urls.openai,
      models: { 'gpt-5-mini': { deployment: 'atlas-large' } },
    });
    expect(providers['anthropic']).toMatchObject({ baseUrl: urls.anthropic });
  }
});

it('plays a provider of every kind, by the model that sluice init names', () => {
  const providers = Object.fromEntries(
    providerKindNames.map((kind) => [kind, { kind, baseUrl: 'https://own.example', apiKeyEnv: 'OWN' }]),
  );
  const own = environmentsFileSchema.parse({ environments: { production: { providers } } });
  const [binding] = readBindings(writeSimulatedEnvironments(folder.path, own, urls), ['production']);
  for (const kind of providerKindNames) {
    const played = binding?.providers[kind];
    expect(Object.values(urls)).toContain(played?.baseUrl);
    expect(Object.keys(played?.models ?? {})).toEqual([providerKinds[kind].exampleModel]);
  }
});

it('keeps providers, models, prices and retrievers of one’s own; only vendors’ places and keys are others', () => {
  const own = (key: string) => `
    providers:
      azure:
        kind: openai
        baseUrl: https://azure.example/v1
        apiKeyEnv: ${key}
        models:
          gpt-6: { deployment: our-gpt-6, inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 8 }
          small: { deployment: atlas-mini }
      claude: { kind: anthropic, baseUrl: https://claude.example, apiKeyEnv: CLAUDE_KEY }
    retrievers: { knowledge: { url: https://search.example/v1, apiKeyEnv: SEARCH_KEY } }`;
  folder.write(
    'sluice.environments.yaml',
    `environments:\n  production:${own('AZURE_KEY')}\n  staging:${own('STAGING_KEY')}\n  load-test:${own('X')}\n`,
  );
  const read = readEnvironments(join(folder.path, 'sluice.environments.yaml'));
  const names = ['production', 'staging', 'load-test'];
  const bindings = readBindings(writeSimulatedEnvironments(folder.path, read, urls), names);
  expect(missingKeys(bindings, {})).toEqual(['SEARCH_KEY']);
  for (const binding of bindings) {
    expect(binding).toEqual({
      providers: {
        azure: {
          kind: 'openai',
          baseUrl: urls.openai,
          models: {
            'gpt-5-mini': { deployment: 'atlas-large' },
            'gpt-6': { deployment: 'atlas-large', inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 8 },
            small: { deployment: 'atlas-mini' },
          },
        },
        claude: {
          kind: 'anthropic',
          baseUrl: urls.anthropic,
          models: { 'claude-haiku-4-5': { deployment: 'sonata-large' } },
        },
      },
      retrievers: { knowledge: { url: 'https://search.example/v1', apiKeyEnv: 'SEARCH_KEY' } },
    });
  }
});

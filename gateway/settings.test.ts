import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-settings-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const variables = (more: Record<string, string>) => ({
  SLUICE_GATEWAY_ID: 'gateway-1',
  SLUICE_ENVIRONMENT: 'production',
  DATABASE_URL: 'postgres://localhost/sluice',
  SLUICE_STATE_DIR: folder,
  SLUICE_DATA_KEY: Buffer.alloc(32).toString('base64'),
  SLUICE_INTERNAL_TOKEN: 'a token of the tests',
  ...more,
});

it('takes an empty provider key as one that is not set', () => {
  const file = join(folder, 'environments.yaml');
  const provider = (name: string): string => `{ kind: openai, baseUrl: "http://x", apiKeyEnv: ${name} }`;
  writeFileSync(
    file,
    `environments: { production: { providers: { a: ${provider('EMPTY_KEY')}, b: ${provider('SET_KEY')} } } }`,
  );
  const { bound } = readSettings(
    variables({ SLUICE_ENVIRONMENTS_FILE: file, EMPTY_KEY: '', SET_KEY: 'secret' }),
  );
  expect([...bound.keys]).toEqual([['SET_KEY', 'secret']]);
});

it.each([
  ['127.0.0.1', undefined, 'open'],
  ['localhost', undefined, 'open'],
  ['::1', undefined, 'open'],
  ['0.0.0.0', undefined, 'demanded'],
  ['::', undefined, 'demanded'],
  ['10.1.2.3', undefined, 'demanded'],
  ['gateway.internal', undefined, 'demanded'],
  ['127.0.0.1', 'demanded', 'demanded'],
  ['0.0.0.0', 'open', 'open'],
])('listening on %s with SLUICE_GATEWAY_KEYS %s, keys are %s', (host, asked, keys) => {
  const file = join(folder, 'none.yaml');
  writeFileSync(file, 'environments: { production: { providers: {} } }');
  const more = asked === undefined ? {} : { SLUICE_GATEWAY_KEYS: asked };
  const settings = readSettings(
    variables({ SLUICE_ENVIRONMENTS_FILE: file, SLUICE_GATEWAY_HOST: host, ...more }),
  );
  expect(settings.keys).toBe(keys);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-settings-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('takes an empty provider key as one that is not set', () => {
  const file = join(folder, 'environments.yaml');
  const provider = (name: string): string => `{ kind: openai, baseUrl: "http://x", apiKeyEnv: ${name} }`;
  writeFileSync(
    file,
    `environments: { production: { providers: { a: ${provider('EMPTY_KEY')}, b: ${provider('SET_KEY')} } } }`,
  );
  const { bound } = readSettings({
    SLUICE_GATEWAY_ID: 'gateway-1',
    SLUICE_ENVIRONMENT: 'production',
    DATABASE_URL: 'postgres://localhost/sluice',
    SLUICE_STATE_DIR: folder,
    SLUICE_ENVIRONMENTS_FILE: file,
    SLUICE_DATA_KEY: Buffer.alloc(32).toString('base64'),
    SLUICE_INTERNAL_TOKEN: 'a token of the tests',
    EMPTY_KEY: '',
    SET_KEY: 'secret',
  });
  expect([...bound.keys]).toEqual([['SET_KEY', 'secret']]);
});

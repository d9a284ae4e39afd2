import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricsSources } from './metrics-sources.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-metrics-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileOf(metrics: string): string {
  const path = join(folder, `${Math.random()}.yaml`);
  const openai = 'openai: { kind: openai, baseUrl: https://a.example/v1 }';
  writeFileSync(path, `environments:\n  production:\n    providers: { ${openai} }\n${metrics}`);
  return path;
}

it('has the stores of each environment, with the tokens that the worker is told', () => {
  const path = fileOf(
    '    metrics:\n      prometheus: { kind: prometheus, url: https://m.example/prom, apiKeyEnv: METRICS_KEY, timeout: 500ms }\n      open: { kind: prometheus, url: http://m.example }\n',
  );
  const sources = metricsSources(path, { METRICS_KEY: 'secret' });
  expect(Object.fromEntries(sources('production'))).toEqual({
    prometheus: { url: 'https://m.example/prom', token: 'secret', timeoutMs: 500 },
    open: { url: 'http://m.example', token: undefined, timeoutMs: 2_000 },
  });
  expect(sources('elsewhere').size).toBe(0);
  expect(() => metricsSources(path, {})).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: expect.stringContaining('METRICS_KEY') as string,
    }) as Error,
  );
});

it.each([
  ['another kind', '{ kind: graphite, url: https://m.example }'],
  ['no web address', '{ kind: prometheus, url: "file:///etc/passwd" }'],
  ['a password in the address', '{ kind: prometheus, url: "https://ada:secret@m.example" }'],
  ['a time beyond a look', '{ kind: prometheus, url: https://m.example, timeout: 1m }'],
])('refuses %s', (_what, store) => {
  expect(() => metricsSources(fileOf(`    metrics: { prometheus: ${store} }\n`), {})).toThrow(
    expect.objectContaining({ code: 'invalid_file' }) as Error,
  );
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cachedTemporalCli, findTemporalCli, isAtLeast } from './temporal-cli.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A program that answers `--version` as the Temporal CLI does. */
function fakeCli(file: string, version: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho "temporal version ${version} (Server 1.31.2, UI 2.50.1)"\n`);
  chmodSync(file, 0o755);
  return file;
}

function environment(more: Record<string, string> = {}): Record<string, string> {
  return {
    XDG_CACHE_HOME: join(folder, 'cache'),
    PATH: `${join(folder, 'a')}:${join(folder, 'b')}`,
    ...more,
  };
}

it.each([
  ['1.8.2', '1.5.0', true],
  ['1.5.0', '1.5.0', true],
  ['1.10.0', '1.9.9', true],
  ['1.4.9', '1.5.0', false],
  ['22.21.1', '22.22.0', false],
  ['26.0.0-nightly', '22.22.0', true],
])('compares versions by their numbers: is %s at least %s? %s', (version, oldest, answer) => {
  expect(isAtLeast(version, oldest)).toBe(answer);
});

it('takes TEMPORAL_CLI first, then the PATH, then the cache', () => {
  const named = fakeCli(join(folder, 'named'), '1.6.0');
  const onPath = fakeCli(join(folder, 'b', 'temporal'), '1.7.0');
  const cached = fakeCli(cachedTemporalCli(environment()), '1.8.2');
  expect(findTemporalCli(environment({ TEMPORAL_CLI: named }))).toBe(named);
  expect(findTemporalCli(environment())).toBe(onPath);
  expect(findTemporalCli(environment({ PATH: folder }))).toBe(cached);
  rmSync(cached);
  expect(findTemporalCli(environment({ PATH: folder }))).toBeUndefined();
});

it('passes over programs on the PATH that are too old or something else', () => {
  fakeCli(join(folder, 'a', 'temporal'), '1.1.0');
  const suitable = fakeCli(join(folder, 'b', 'temporal'), '1.5.1');
  expect(findTemporalCli(environment())).toBe(suitable);
  writeFileSync(suitable, '#!/bin/sh\necho hello\n');
  expect(findTemporalCli(environment())).toBeUndefined();
});

it('does not pass over a TEMPORAL_CLI that does not work: it says so', () => {
  fakeCli(join(folder, 'b', 'temporal'), '1.7.0');
  const missing = environment({ TEMPORAL_CLI: join(folder, 'missing') });
  expect(() => findTemporalCli(missing)).toThrow(
    /missing is no Temporal CLI that runs here.*Correct or unset/s,
  );
  const old = environment({ TEMPORAL_CLI: fakeCli(join(folder, 'old'), '1.2.3') });
  expect(() => findTemporalCli(old)).toThrow(/is version 1\.2\.3; 1\.5\.0 or newer is needed/);
});

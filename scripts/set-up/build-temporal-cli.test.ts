import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { buildTemporalCli } from './build-temporal-cli.mjs';

const root = dirname(dirname(import.meta.dirname));
const cloudProviders = ['aws.go', 'aws_ecs.go', 'aws_lambda.go', 'gcp_cloudrun.go', 'k8s.go'];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-build-'));
});
afterEach(() => {
  for (const path of [
    'module/wci/workflow/compute_provider',
    'module/wci/workflow',
    'module/wci',
    'module',
  ]) {
    if (existsSync(join(folder, path))) chmodSync(join(folder, path), 0o755);
  }
  rmSync(folder, { recursive: true, force: true });
});

/** The providers' module as Go leaves it in its cache: folders and files that nobody may write. */
function moduleInCache(files: readonly string[]): void {
  const providers = join(folder, 'module', 'wci', 'workflow', 'compute_provider');
  mkdirSync(providers, { recursive: true });
  for (const name of files)
    writeFileSync(join(providers, name), 'package compute_provider\n', { mode: 0o444 });
  chmodSync(providers, 0o555);
}

/** A `go` that notes how it was called, and what it was given to build. */
function fakeGo(buildExit = 0): NodeJS.ProcessEnv {
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  const script = [
    '#!/bin/sh',
    `echo "$@" >> '${folder}/calls'`,
    'case "$1" in',
    `list) echo '${folder}/module' ;;`,
    'build)',
    `  ls "$(dirname "$3")/providers/wci/workflow/compute_provider" > '${folder}/built'`,
    `  echo "$GOFLAGS|$GOWORK|$CGO_ENABLED|$GOGC" > '${folder}/settings'`,
    '  while [ "$1" != -o ]; do shift; done',
    '  echo program > "$2"',
    `  exit ${buildExit} ;;`,
    'esac',
  ];
  writeFileSync(join(programs, 'go'), `${script.join('\n')}\n`, { mode: 0o755 });
  return { PATH: [programs, process.env.PATH ?? ''].join(delimiter), GOFLAGS: '-mod=vendor' };
}

const build = (env: NodeJS.ProcessEnv) =>
  buildTemporalCli({ root, env, target: join(folder, 'cache', 'temporal'), logFile: join(folder, 'log') });

it('builds without the providers of clouds, by no settings of the user, and leaves the program alone', async () => {
  moduleInCache([...cloudProviders, 'registry.go', 'subprocess.go']);
  await build(fakeGo());
  expect(readFileSync(join(folder, 'built'), 'utf8')).toBe('registry.go\nsubprocess.go\n');
  expect(readFileSync(join(folder, 'settings'), 'utf8')).toBe('|off|0|400\n');
  expect(readdirSync(join(folder, 'cache'))).toEqual(['temporal']);
  expect(readFileSync(join(folder, 'calls'), 'utf8')).toMatch(
    /^mod download go\.temporal\.io\/auto-scaled-workers\n.*\nmod edit -replace=/,
  );
});

it('stops where a provider that it would leave out is not there: the list is of another version', async () => {
  moduleInCache(['registry.go', 'aws.go']);
  await expect(build(fakeGo())).rejects.toThrow(/aws_ecs\.go/);
  expect(readdirSync(join(folder, 'cache'))).toEqual([]);
});

it('leaves nothing behind when Go fails, and says where the whole of its output is', async () => {
  moduleInCache(cloudProviders);
  await expect(build(fakeGo(1))).rejects.toThrow(/exit code 1[^]*all of it: .*log/);
  expect(readdirSync(join(folder, 'cache'))).toEqual([]);
});

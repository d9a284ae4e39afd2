import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packRelease } from '../../cli/pack/pack.ts';

// What is published are files of the repository: whatever a sluice.yaml, a suite or a link names beside it stays where it
// is, and none of its text stands in a message.

const secret = 'hunter2-of-another';
let folder = '';
let repository = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-packed-files-'));
  repository = join(folder, 'repository');
  put('../outside.txt', secret);
  put('../outside.prompt', `Say ${secret}`);
  put('../outside.yaml', `${secret}: [`);
  put('../outside.json', secret);
  put('prompts/main.prompt', 'Answer.\n{{history}}\n');
  git('init', '--quiet');
  // As CI leaves it there.
  put('.git/token', secret);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(file: string, text: string): void {
  const path = join(repository, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function git(...args: string[]): void {
  const who = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.org'];
  execFileSync('git', [...who, ...args], { cwd: repository, stdio: 'ignore' });
}

function spec({ prompt = 'prompts/main.prompt', suite = '' }): void {
  const suites = suite === '' ? '' : `evaluate: { suites: [${suite}] }\n`;
  const chain = 'chain: [{ provider: openai, model: gpt-5-mini }]';
  put('sluice.yaml', `app: my-app\nrevision:\n  prompts: { main: ${prompt} }\n  ${chain}\n${suites}`);
}

const pack = (more: { env?: NodeJS.ProcessEnv; allowUntracked?: boolean } = {}) =>
  packRelease({
    file: 'sluice.yaml',
    label: 'v1',
    allowDirty: true,
    allowUntracked: more.allowUntracked ?? false,
    settings: { environment: more.env ?? {}, workingDirectory: repository },
  });

/** That nothing is packed, and what is said has nothing of a file's text. */
async function refused(): Promise<string> {
  const said = await pack().then(
    (packed) => `packed ${JSON.stringify(packed)}`,
    (error: unknown) => String(error),
  );
  expect(said).not.toContain('packed {');
  expect(said).not.toContain(secret);
  return said;
}

const suiteWith = (value: string): string =>
  `tests:\n  - vars: { message: hello }\n    assert: [{ type: contains, value: "${value}" }]\n`;

it.each([
  ['an absolute path', '/etc/passwd'],
  ['a path above', '../outside.prompt'],
  ['a path above by a detour', 'prompts/../../outside.prompt'],
  ['git’s own files', '.git/token'],
  ['a device', '/dev/zero'],
  ['a process’s environment', '/proc/self/environ'],
  ['a folder', 'prompts'],
])('takes no prompt from %s', async (_, prompt) => {
  spec({ prompt });
  expect(await refused()).toMatch(/lies outside of|git’s own|is no file/);
});

it.each([
  [
    'to a file',
    (): void => {
      symlinkSync('../../outside.prompt', join(repository, 'prompts/main.link.prompt'));
    },
    'prompts/main.link.prompt',
  ],
  [
    'to a folder',
    (): void => {
      symlinkSync('..', join(repository, 'up'));
    },
    'up/outside.prompt',
  ],
  [
    'to a link',
    (): void => {
      symlinkSync('../outside.prompt', join(repository, 'one'));
      symlinkSync('../one', join(repository, 'prompts/two.prompt'));
    },
    'prompts/two.prompt',
  ],
])('follows no link out of the repository: %s', async (_, link, prompt) => {
  link();
  spec({ prompt });
  expect(await refused()).toMatch(/lies outside of the repository/);
});

it('takes no partial from a link out of it', async () => {
  put('prompts/with.prompt', '{{>head}}\n{{history}}\n');
  symlinkSync('../../outside.prompt', join(repository, 'prompts/_head.prompt'));
  spec({ prompt: 'prompts/with.prompt' });
  await refused();
});

it.each([
  ['an assertion', suiteWith('file://../../outside.txt')],
  ['an assertion’s JSON', suiteWith('file://../../outside.json')],
  ['an assertion’s YAML', suiteWith('file:///etc/hostname.yaml')],
  ['the tests', 'tests: file://../../outside.yaml\n'],
  ['one of the tests', 'tests: [file://../../outside.json]\n'],
  ['an absolute path of the tests', 'tests: file:///etc/passwd.csv\n'],
])('takes nothing from outside for %s of a suite', async (_, suite) => {
  put('evals/main.yaml', suite);
  spec({ suite: 'evals/main.yaml' });
  // An absolute path is read as one beside the suite.
  expect(await refused()).toMatch(/lies outside of the repository|There is no file evals\/etc\//);
});

it('takes no suite from outside', async () => {
  spec({ suite: '../outside.yaml' });
  expect(await refused()).toMatch(/lies outside of the repository/);
});

it.each([
  ['evals/broken.json', `[{"a": ${secret}}]`],
  ['evals/broken.jsonl', `{"vars": ${secret}}`],
  ['evals/broken.csv', `message,__expected\n"${secret}"x,1,2,3\n`],
])('repeats nothing of %s where it cannot be read', async (file, text) => {
  put(file, text);
  put('evals/main.yaml', `tests: file://${file.replace('evals/', '')}\n`);
  spec({ suite: 'evals/main.yaml' });
  await refused();
});

it('takes files of the repository above the spec, and links within it', async () => {
  put('shared/head.prompt', 'Shared.\n{{history}}\n');
  put(
    'app/sluice.yaml',
    'app: my-app\nrevision:\n  prompts: { main: main.prompt }\n  chain: [{ provider: openai, model: m }]\n',
  );
  symlinkSync('../shared/head.prompt', join(repository, 'app/main.prompt'));
  const settings = { environment: {}, workingDirectory: join(repository, 'app') };
  const packed = await packRelease({ file: 'sluice.yaml', label: 'v1', allowDirty: true, settings });
  expect(packed.content.prompts['main']?.template).toContain('Shared.');
});

it('takes in CI what git tracks alone', async () => {
  spec({});
  put('.gitignore', 'credentials.prompt\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  put('credentials.prompt', `Say ${secret}`);
  spec({ prompt: 'credentials.prompt' });
  await expect(pack({ env: { CI: 'true' } })).rejects.toThrow(/does not track .*credentials.prompt/);
  await expect(pack({ env: { CI: 'true' }, allowUntracked: true })).resolves.toBeDefined();
  await expect(pack()).resolves.toBeDefined();
});

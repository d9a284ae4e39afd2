import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { readConnections } from '../../cli/up/home/home.ts';
import { repositoryIn } from '../../cli/test-fixtures/repository.ts';
import { useSimulatedStack } from '../../cli/test-fixtures/simulated-stack.ts';
import { sluice, useFolder } from '../../cli/test-fixtures/sluice.ts';

jest.setTimeout(400_000);

const root = resolve(import.meta.dirname, '../..');
const folder = useFolder();
const simulate = useSimulatedStack();

/** The commands of README's CI snippet, as they stand. */
function commandsOfReadme(): string[] {
  const section =
    readFileSync(join(root, 'README.md'), 'utf8').split('\n## From CI\n')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^ *- run: (.+)$/gm)].map(([, command = '']) => command);
}

interface Ran {
  code: number;
  said: string;
}

/** Runs a command line as a CI system does: by a shell, in the repository, without a terminal. */
function runInCi(command: string, cwd: string, environment: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((done) => {
    execFile(
      'bash',
      ['-eo', 'pipefail', '-c', command],
      { cwd, env: environment },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1;
        done({ code, said: `${command}\n${stdout}${stderr}` });
      },
    );
  });
}

/** A plan that a minute is enough for. */
const quickPlan = `plans:
  default:
    mirror: skip
    steps:
      - { weight: 50, hold: 1s, minExposures: 10 }
      - { weight: 100, hold: 1s, minExposures: 10 }
    settle: 1s
    lease: 6s
`;

/** A second prompt, for which clients ask as `my-app/urgency`, and what it is judged by. */
const urgencyPrompt = `{{role "system"}}
You say how urgent a message is. Labels:
- high: somebody may lose money or data
- low: everything else

Examples:
- "Somebody else has logged in to my account" => high
- "Please send me the invoice for May" => low

Answer only with the label.
{{history}}
`;
const urgencySuite = `prompt: urgency
tests:
  - id: somebody-else
    critical: true
    vars: { message: Somebody else has logged in to my account. }
    assert: [{ type: icontains, value: high }]
  - id: invoice
    vars: { message: Please send me the invoice for June. }
    assert: [{ type: icontains, value: low }]
`;

/**
 * Puts an app into a repository: what `sluice init` writes, with the label of its commit, a quick plan and a second
 * prompt, which is the one that is edited.
 */
async function makeRepository(name: string): Promise<{ path: string; edit(): void; commit(): string }> {
  const path = join(folder.path, name);
  mkdirSync(path);
  expect(await sluice(['init', '--name', 'my-app'], { cwd: path })).toMatchObject({ code: 0 });
  const spec = readFileSync(join(path, 'sluice.yaml'), 'utf8');
  const withoutLabel = spec.replace(/^ {2}label: .+\n/m, '').split('\nplans:\n')[0] ?? '';
  const withSecond = withoutLabel
    .replace(
      'answer: prompts/answer.prompt',
      '{ answer: prompts/answer.prompt, urgency: prompts/urgency.prompt }\n  defaultPrompt: answer',
    )
    .replace('prompts:\n    {', 'prompts: {')
    .replace('[evals/smoke.yaml]', '[evals/smoke.yaml, evals/urgency.yaml]');
  folder.write(`${name}/sluice.yaml`, `${withSecond}\n${quickPlan}`);
  folder.write(`${name}/evals/urgency.yaml`, urgencySuite);
  const prompt = join(name, 'prompts/urgency.prompt');
  folder.write(prompt, urgencyPrompt);
  return {
    path,
    edit: () => {
      const text = readFileSync(join(folder.path, prompt), 'utf8');
      folder.write(prompt, text.replace('Answer only', 'Be sure to answer only'));
    },
    commit: () => repositoryIn({ path }).commit(),
  };
}

/** A release waits for requests, and each takes as long as a model does. */
const callersAtOnce = 8;

/** Keeps an app's callers calling until it is told to stop. */
function keepCalling(gateway: string): () => Promise<void> {
  const state = { stopped: false, calls: 0 };
  const call = async (): Promise<void> => {
    while (!state.stopped) {
      const messages = [{ role: 'user', content: 'I was charged twice.' }];
      const subject = `customer-${state.calls++ % 200}`;
      const headers = { 'content-type': 'application/json', 'x-sluice-subject': subject };
      const body = JSON.stringify({ model: 'my-app', messages });
      await fetch(`${gateway}/v1/chat/completions`, { method: 'POST', headers, body }).then((answer) =>
        answer.text(),
      );
    }
  };
  const calling = Promise.all(Array.from({ length: callersAtOnce }, call));
  return async () => {
    state.stopped = true;
    await calling;
  };
}

it('README’s CI snippet releases a change of a fresh repository, as it stands', async () => {
  const commands = commandsOfReadme();
  expect(commands.map((command) => command.split(' ').slice(0, 2).join(' '))).toEqual([
    'npm install',
    'sluice validate',
    'sluice eval',
    'sluice release',
  ]);
  const home = join(folder.path, 'home');
  const { exported } = await simulate({ cwd: folder.path, home });
  const { productionGateways: [gateway = ''] = [], apiUrl } = readConnections(home) ?? {};
  const { path, edit, commit } = await makeRepository('repository');
  await runInCi(`node ${join(root, 'scripts/pack-cli.ts')} tools`, path, process.env);
  commit();
  expect(await sluice(['app', 'create', '--stable'], { cwd: path, env: exported })).toMatchObject({
    code: 0,
  });
  edit();
  const changed = commit();
  const environment = {
    PATH: [join(folder.path, 'global', 'bin'), dirname(process.execPath), process.env['PATH']].join(
      delimiter,
    ),
    HOME: folder.path,
    NPM_CONFIG_PREFIX: join(folder.path, 'global'),
    CI: 'true',
    GITHUB_RUN_ID: '4711',
    SLUICE_API_URL: apiUrl,
    ...exported,
  };
  const stopCalling = keepCalling(gateway);
  try {
    for (const command of commands) {
      const { code, said } = await runInCi(command, path, environment);
      expect([code, code === 0 ? '' : said]).toEqual([0, '']);
    }
  } finally {
    await stopCalling();
  }
  const active = await sluice(['active', 'my-app', '--json'], { cwd: path, env: exported });
  const stable = { label: `my-app-${changed.slice(0, 7)}` };
  expect(JSON.parse(active.stdout)).toMatchObject({ active: { stable } });
  // What was judged serves, under the name of its prompt.
  const asked = await fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'my-app/urgency',
      messages: [{ role: 'user', content: 'Somebody else has logged in to my account.' }],
    }),
  });
  expect([asked.headers.get('x-sluice-revision'), await asked.text()]).toEqual([
    stable.label,
    expect.stringContaining('"high"'),
  ]);
  const staging = await sluice(['active', 'my-app', '-e', 'staging'], { cwd: path, env: exported });
  expect(staging.stdout).toContain(`staging follows: production serves ${stable.label}`);
  // The reports lie in the folder, and the job that is run again finds its release.
  const again = await runInCi(commands.at(-1) ?? '', path, environment);
  expect([again.code, again.said]).toEqual([0, expect.stringContaining('promoted')]);
});

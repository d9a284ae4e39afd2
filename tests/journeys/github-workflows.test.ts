import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { readConnections } from '../../cli/up/home/home.ts';
import { repositoryIn } from '../../cli/test-fixtures/repository.ts';
import { useSimulatedStack } from '../../cli/test-fixtures/simulated-stack.ts';
import { sluice, useFolder } from '../../cli/test-fixtures/sluice.ts';
import { startTestGithub, type TestGithub } from '../support/github/github.ts';
import { runWorkflow, type Machine, type RanStep } from '../support/github/run-workflow.ts';
import { OidcIssuer } from '../support/oidc-issuer.ts';

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

const issuer = new OidcIssuer();
let github: TestGithub;
beforeAll(async () => {
  github = await startTestGithub();
  await issuer.start();
});
afterAll(() => Promise.all([github.close(), issuer.stop()]));

/** What GitHub signs for a run of release.yml on the main branch. */
const signed = {
  repository: 'acme/bot',
  repository_id: '4711',
  repository_owner: 'acme',
  ref: 'refs/heads/main',
  environment: 'production',
  workflow_ref: 'acme/bot/.github/workflows/release.yml@refs/heads/main',
  job_workflow_ref: 'acme/bot/.github/workflows/release.yml@refs/heads/main',
  event_name: 'push',
  actor_id: '99',
  actor: 'ada',
  run_id: '4711',
};
const trusted = [
  ...[
    '--name',
    'release',
    '--repository-id',
    '4711',
    '--ref',
    'refs/heads/main',
    '--environment',
    'production',
  ],
  ...['--workflow', '.github/workflows/release.yml', '--app', 'my-app', '--role', 'releaser'],
];

/** Where npm installs what is for all of a machine. */
function globalNpm(): { readonly PATH: string; readonly NPM_CONFIG_PREFIX: string } {
  const prefix = join(folder.path, 'global');
  const path = [join(prefix, 'bin'), dirname(process.execPath), process.env['PATH']];
  return { PATH: path.join(delimiter), NPM_CONFIG_PREFIX: prefix };
}

/** The variables of every job, and the machine that it runs on; `event` is what set it off. */
function machineOf(workspace: string, event: object, more: Record<string, string>): Machine {
  const path = join(folder.path, 'event.json');
  writeFileSync(path, JSON.stringify(event));
  const environment = {
    ...globalNpm(),
    HOME: folder.path,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'acme/bot',
    GITHUB_SHA: repositoryIn({ path: workspace }).git('rev-parse', 'HEAD'),
    GITHUB_RUN_ID: '4711',
    GITHUB_API_URL: github.url,
    GITHUB_EVENT_NAME: Object.keys(event)[0] ?? 'push',
    GITHUB_EVENT_PATH: path,
    ...more,
  };
  const temp = join(folder.path, 'temp');
  return {
    workspace,
    temp,
    artifacts: join(folder.path, 'artifacts'),
    action: root,
    environment,
    context: {
      github: { event, token: 'ghs_of_the_run', repository: 'acme/bot', ref: 'refs/pull/7/merge' },
      runner: { temp },
      secrets: {},
      vars: { SLUICE_API_URL: more['API'] },
    },
  };
}

const failed = (ran: readonly RanStep[]): string[] =>
  ran.flatMap(({ code, said }) => (code === 0 ? [] : [said]));
const example = (name: string): string => join(root, 'examples/github', name);
const written = (route: string) =>
  github.asked.filter((each) => each.route === route).map(({ body }) => body);

it('the workflows of examples/github, and README’s CI snippet, measure and release a change of a fresh repository', async () => {
  const commands = commandsOfReadme();
  expect(commands.map((command) => command.split(' ').slice(0, 2).join(' '))).toEqual([
    'npm install',
    'sluice validate',
    'sluice eval',
    'sluice release',
  ]);
  const home = join(folder.path, 'home');
  issuer.claims = signed;
  const { exported } = await simulate({
    cwd: folder.path,
    home,
    env: { SLUICE_OIDC_ISSUERS: `github=${issuer.url}` },
  });
  const { productionGateways: [gateway = ''] = [], apiUrl = '' } = readConnections(home) ?? {};
  const { SLUICE_TOKEN: _admins, ...place } = exported;
  const admin = { cwd: folder.path, env: { ...exported, SLUICE_API_URL: apiUrl } };
  expect(await sluice(['trust', 'add', 'github', '--issuer', issuer.url, ...trusted], admin)).toMatchObject({
    code: 0,
  });
  const { path, edit, commit } = await makeRepository('repository');
  await runInCi(`node ${join(root, 'scripts/pack-cli.ts')} tools`, path, process.env);
  const base = commit();
  expect(await sluice(['app', 'create', '--stable'], { cwd: path, env: exported })).toMatchObject({
    code: 0,
  });
  edit();
  const changed = commit();

  const ofRun = {
    ...place,
    ...{ API: apiUrl, SLUICE_API_URL: apiUrl, GITHUB_RUN_ID: '4711' },
    ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer.url}/token`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: issuer.requestToken,
  };
  const failedOf = async (lines: readonly string[]): Promise<string[]> => {
    const all: string[] = [];
    for (const line of lines) {
      const { code, said } = await runInCi(line, path, {
        ...globalNpm(),
        HOME: folder.path,
        CI: 'true',
        ...ofRun,
      });
      if (code !== 0) all.push(said);
    }
    return all;
  };
  // README's snippet up to its release: what is compared with what production serves.
  expect(await failedOf(commands.slice(0, -1))).toEqual([]);

  // On the pull request: what it changes against its base, without any server of Sluice.
  const pull = { pull_request: { number: 7, base: { sha: base }, head: { sha: changed } } };
  const gate = await runWorkflow(example('gate.yml'), machineOf(path, pull, place));
  expect([failed(gate), github.wrong]).toEqual([[], []]);
  expect(github.comments.get(7)?.map(({ body }) => body)).toEqual([
    expect.stringMatching(
      /^<!-- sluice:my-app:staging run=4711\.1 -->\n### ✓ PASS: `my-app` [^]*\[-Answer-\]\{\+Be sure to answer\+\}/,
    ),
  ]);
  expect(written('POST /repos/{owner}/{repo}/check-runs')).toMatchObject([
    { name: 'sluice/gate', head_sha: changed, conclusion: 'success' },
  ]);

  // The same of a fork: the run may write nothing, and another shows its artifact.
  github.reset();
  github.pulls.push({ number: 8, head: { sha: changed, label: 'mallory:fix' } });
  const ofFork = {
    workflow_run: {
      ...{ id: 4700, event: 'pull_request', head_sha: changed, head_branch: 'fix' },
      head_repository: { full_name: 'mallory/bot', owner: { login: 'mallory' } },
    },
  };
  const reported = await runWorkflow(example('report.yml'), machineOf(path, ofFork, place));
  expect([failed(reported), github.wrong, github.comments.get(8)?.[0]?.body]).toEqual([
    [],
    [],
    expect.stringContaining('it is no verdict'),
  ]);

  // On the main branch: released by what GitHub signs for the job.
  github.reset();
  const stopCalling = keepCalling(gateway);
  try {
    const release = await runWorkflow(example('release.yml'), machineOf(path, { push: {} }, ofRun));
    expect([failed(release), github.wrong]).toEqual([[], []]);
  } finally {
    await stopCalling();
  }
  expect(written('POST /repos/{owner}/{repo}/deployments')).toMatchObject([
    { ref: changed, environment: 'my-app/production', production_environment: true },
  ]);
  const statuses = written('POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses');
  expect([statuses[0]?.['state'], statuses.at(-1)?.['state']]).toEqual(['in_progress', 'success']);
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

  // README's last command, in a job that is run again, finds the release of the run.
  expect(await failedOf([commands.at(-1) ?? ''])).toEqual([]);
});

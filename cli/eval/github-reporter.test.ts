import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startTestGithub, type TestGithub } from '../../tests/support/github/github.ts';
import { repositoryIn } from '../test-fixtures/repository.ts';
import { sluice, useFolder, type Ran } from '../test-fixtures/sluice.ts';

const folder = useFolder();
const repository = repositoryIn(folder);
const headSha = 'a'.repeat(40);
let github: TestGithub;
let provider: Server;
/** What the model says to a request. */
let says: (request: string) => string;

beforeAll(async () => {
  github = await startTestGithub();
  provider = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
      const message = { role: 'assistant', content: says(text) };
      const choices = [{ index: 0, message, finish_reason: 'stop' }];
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ id: 'c1', object: 'chat.completion', created: 0, model: 'tiny', choices }));
    })();
  });
  await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await github.close();
  provider.closeAllConnections();
  await new Promise((done) => provider.close(done));
});

const prompt = (system: string): string => `{{role "system"}}\n${system}\n{{history}}\n`;

beforeEach(() => {
  github.reset();
  says = () => 'Paris';
  const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`; // a TCP server's address is one
  folder.write(
    'sluice.environments.yaml',
    `environments: { staging: { providers: { openai: { kind: openai, baseUrl: "${baseUrl}" } } } }\n`,
  );
  folder.write('prompts/answer.prompt', prompt('Name the city.'));
  folder.write(
    'sluice.yaml',
    `app: cities
revision:
  prompts: { answer: prompts/answer.prompt }
  chain: [{ provider: openai, model: tiny }]
evaluate:
  suites: [evals/cities.yaml]
  gate: { minPassRate: 0.6, margin: 0.3 }
`,
  );
  const tests = Array.from(
    { length: 30 },
    (_, i) => `  - id: c${i}
    vars: { message: "Capital of France, number ${i}?" }
    assert: [{ type: icontains, value: paris, metric: geography }]
`,
  );
  folder.write('evals/cities.yaml', `tests:\n${tests.join('')}`);
  folder.write('.gitignore', '*.json\n*.md\noutput\n');
  repository.commit();
  folder.write('prompts/answer.prompt', prompt('Name the country, politely.'));
  repository.commit();
});

/** The variables of a run about pull request 7; `event` instead of it. */
function actions(
  event: object = { pull_request: { number: 7, head: { sha: headSha } } },
  change: NodeJS.ProcessEnv = {},
) {
  folder.write('event.json', JSON.stringify(event));
  return {
    GITHUB_ACTIONS: 'true',
    CI: 'true',
    GITHUB_REPOSITORY: 'acme/bot',
    GITHUB_SHA: 'b'.repeat(40),
    GITHUB_RUN_ID: '4711',
    GITHUB_API_URL: github.url,
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: join(folder.path, 'event.json'),
    GITHUB_STEP_SUMMARY: join(folder.path, 'summary.md'),
    GITHUB_OUTPUT: join(folder.path, 'output'),
    GITHUB_WORKSPACE: folder.path,
    GITHUB_TOKEN: 'ghs_token',
    ...change,
  };
}

const evaluate = (env: NodeJS.ProcessEnv, ...more: string[]): Promise<Ran> =>
  sluice(['eval', '--baseline', 'git:HEAD~1', '--reporter', 'github', ...more], { cwd: folder.path, env });

const isBlocked = (request: string): string =>
  request.includes('the city') ? 'Paris' : '::error::France, says @octocat\n##[error]x';
const read = (file: string): string => readFileSync(join(folder.path, file), 'utf8');
const written = (route: string) =>
  github.asked.filter((each) => each.route === route).map(({ body }) => body);
const checks = () => written('POST /repos/{owner}/{repo}/check-runs');

it('says what was found on the pull request: comment, check, summary, annotations and outputs', async () => {
  says = isBlocked;
  const ran = await evaluate(actions(), '--report', 'gate.json');
  expect([ran.code, github.wrong]).toEqual([11, []]);
  const [comment] = github.comments.get(7) ?? [];
  expect(comment?.body).toMatch(
    /^<!-- sluice:cities:staging run=4711\.1 -->\n### ✗ BLOCK: `cities` `cities-\w{7}` against `cities-\w{7}`/,
  );
  expect(comment?.body).toContain('**Of 30 cases 30 newly fail.**');
  expect(comment?.body).toContain(
    '**blocks** **cities/c0**: candidate 0/1, stable 1/1\n- fails: icontains (metric geography)',
  );
  expect(comment?.body).toContain('Question:\n\n```text\nCapital of France, number 0?\n```');
  expect(comment?.body).toContain('Stable answered:\n\n```text\nParis\n```');
  expect(comment?.body).toContain('Name the [-city-]{+country, politely+}.');
  expect(comment?.body).toContain('sluice eval --baseline git:HEAD~1');
  expect(checks()).toEqual([
    expect.objectContaining({
      name: 'sluice/gate',
      head_sha: headSha,
      conclusion: 'failure',
      external_id: 'cities',
    }),
  ]);
  expect(read('summary.md')).toContain('### ✗ BLOCK');
  const commands = ran.stderr.split('\n').filter((line) => line.startsWith('::'));
  expect(commands).toHaveLength(10);
  expect(commands[0]).toMatch(
    /^::error file=prompts\/answer\.prompt,line=2,title=Sluice%3A BLOCK::Of 30 cases 30 newly fail/,
  );
  expect(commands[1]).toMatch(
    /^::error file=evals\/cities\.yaml,line=2,title=Sluice%3A newly failing::cities\/c0/,
  );
  expect(commands[9]).toMatch(/\(and 21 more\)$/);
  expect(read('output').split('\n')).toEqual(['report=gate.json', 'outcome=blocked', 'code=11', '']);
  // What the model says is nothing that the runner acts upon.
  const acted = /^\s*::|##\[/;
  expect([...ran.stdout.split('\n'), ...ran.stderr.split('\n')].filter((line) => acted.test(line))).toEqual(
    commands,
  );
});

it('updates its own comment, never that of somebody else, and never with an older run', async () => {
  const user = { login: 'mallory', type: 'User' };
  const foreign = { id: 1, html_url: '', user, body: '<!-- sluice:cities:staging run=99999.1 --> nice try' };
  const many = Array.from({ length: 120 }, (_, i) => ({ ...foreign, id: i + 2, body: 'LGTM' }));
  github.comments.set(7, [foreign, ...many]);
  expect(await evaluate(actions())).toMatchObject({ code: 0 });
  const own = github.comments.get(7)?.at(-1);
  expect(own?.body).toMatch(/run=4711\.1 -->\n### ✓ PASS/);
  says = isBlocked;
  expect(await evaluate(actions(undefined, { GITHUB_RUN_ID: '4712' }))).toMatchObject({ code: 11 });
  expect(own?.body).toMatch(/run=4712\.1 -->\n### ✗ BLOCK/);
  const late = await evaluate(actions(undefined, { GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: '9' }));
  expect([late.code, late.stderr]).toEqual([11, expect.stringContaining('its comment stays')]);
  expect([
    own?.body.includes('run=4712.1'),
    foreign.body,
    github.comments.get(7)?.length,
    github.wrong,
  ]).toEqual([true, '<!-- sluice:cities:staging run=99999.1 --> nice try', 122, []]);
});

it('writes its summary where the token may not write, says so loudly, and decides as before', async () => {
  github.readOnly = true;
  const ran = await evaluate(actions());
  expect([ran.code, github.comments.size]).toEqual([0, 0]);
  expect(ran.stderr).toContain('NOT WRITTEN: the comment: GitHub answered 403');
  expect(ran.stderr).toContain('::warning title=Sluice could not write the check sluice/gate::');
  expect(read('summary.md')).toContain('### ✓ PASS');
  const without = await evaluate(actions(undefined, { GITHUB_TOKEN: '' }));
  expect(without).toMatchObject({ code: 0, stderr: expect.stringContaining('no GITHUB_TOKEN') as string });
  const away = await evaluate(actions(undefined, { GITHUB_API_URL: 'http://127.0.0.1:1' }));
  expect(away).toMatchObject({ code: 0, stderr: expect.stringContaining('GitHub did not answer') as string });
});

it('calls for people where nothing was decided, and never concludes neutral', async () => {
  folder.write('evals/cities.yaml', read('evals/cities.yaml').split('  - id: c2')[0] ?? '');
  folder.write('prompts/answer.prompt', prompt('Name the place.'));
  repository.commit();
  expect(await evaluate(actions(), '--check', 'sluice/cities')).toMatchObject({ code: 12 });
  expect(checks()).toMatchObject([{ name: 'sluice/cities', conclusion: 'action_required' }]);
});

describe('a run that reports for one without rights', () => {
  const ofRun = {
    id: 4700,
    run_attempt: 2,
    head_sha: headSha,
    head_branch: 'fix',
    head_repository: { owner: { login: 'mallory' } },
  };
  const report = (env: NodeJS.ProcessEnv): Promise<Ran> =>
    sluice(['report', 'github', '--from', 'gate.json'], { cwd: folder.path, env });

  it('comments on the pull request that GitHub names, and confirms nothing', async () => {
    expect(await evaluate(actions(undefined, { GITHUB_TOKEN: '' }), '--report', 'gate.json')).toMatchObject({
      code: 0,
    });
    github.pulls.push({ number: 6, head: { sha: 'c'.repeat(40), label: 'mallory:fix' } });
    github.pulls.push({ number: 9, head: { sha: headSha, label: 'mallory:fix' } });
    const ran = await report(actions({ workflow_run: ofRun }));
    expect([ran.code, github.wrong, [...github.comments.keys()]]).toEqual([0, [], [9]]);
    expect(github.comments.get(9)?.[0]?.body).toMatch(
      /run=4700\.2 -->\n\n> Reported by the pull request’s own run/,
    );
    expect(checks()).toMatchObject([{ head_sha: headSha, conclusion: 'action_required' }]);
  });

  it('takes nothing but a report, and says what it could not write: 5', async () => {
    writeFileSync(
      join(folder.path, 'gate.json'),
      JSON.stringify({ schemaVersion: 1, app: '../../7', outcome: 'passed' }),
    );
    expect(await report(actions({ workflow_run: ofRun }))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('gate.json is no report') as string,
    });
    await evaluate(actions(undefined, { GITHUB_TOKEN: '' }), '--report', 'gate.json');
    github.pulls.push({ number: 9, head: { sha: headSha, label: 'mallory:fix' } });
    github.readOnly = true;
    expect(await report(actions({ workflow_run: ofRun }))).toMatchObject({ code: 5 });
  });
});

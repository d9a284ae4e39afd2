import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { waitFor } from '../../tests/support/wait-for.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';

/** What the provider says to a prompt, with which status it refuses it, or that it never answers. */
type Provider = (
  prompt: string,
) => { says: string; ending?: string } | { refuses: number; retryAfter?: string } | 'hangs';

const folder = useFolder();
let provider: Provider = () => ({ says: 'Paris' });
let asked = 0;
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
      asked += 1;
      const reply = provider(text);
      if (reply === 'hangs') return;
      response.setHeader('content-type', 'application/json');
      if ('refuses' in reply) {
        if (reply.retryAfter !== undefined) response.setHeader('retry-after', reply.retryAfter);
        response
          .writeHead(reply.refuses)
          .end(JSON.stringify({ error: { message: 'no', code: 'overloaded' } }));
        return;
      }
      response.end(JSON.stringify(completion(reply.says, reply.ending)));
    })();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

function completion(content: string, ending = 'stop') {
  return {
    id: 'c1',
    object: 'chat.completion',
    created: 0,
    model: 'tiny',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: ending }],
    usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
  };
}

beforeEach(() => {
  asked = 0;
  provider = () => ({ says: 'Paris' });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`; // a TCP server's address is one
  folder.write(
    'sluice.environments.yaml',
    `environments: { staging: { providers: { openai: { kind: openai, baseUrl: "${baseUrl}" } } } }\n`,
  );
  folder.write('sluice.yaml', specOf('Name the city.'));
  folder.write('prompt-v2.prompt', '{{role "system"}}\nName the city.\n{{history}}\n');
  folder.write('evals/cities.yaml', suiteOf(10));
});

function specOf(system: string, label = 'v2'): string {
  folder.write(`prompt-${label}.prompt`, `{{role "system"}}\n${system}\n{{history}}\n`);
  return `app: cities
revision:
  label: ${label}
  prompts: { answer: prompt-${label}.prompt }
  chain: [{ provider: openai, model: tiny }]
evaluate:
  suites: [evals/cities.yaml]
  gate: { minPassRate: 0.6, margin: 0.1 }
`;
}

function suiteOf(cases: number, assertion = '{ type: icontains, value: paris }'): string {
  const tests = Array.from(
    { length: cases },
    (_, i) => `  - id: c${i}
    vars: { message: "Capital of France, number ${i}?" }
    assert: [${assertion}]
`,
  );
  return `tests:\n${tests.join('')}`;
}

/** What the evaluations of a process leave in the folder for temporary files. */
const leftoversOf = (pid: number | undefined) =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`sluice-eval-${String(pid)}-`));

const evaluate = (...argv: string[]) => sluice(['eval', ...argv], { cwd: folder.path, env: {} });

describe('sluice eval', () => {
  it('passes a good revision without a server, writes the reports and leaves nothing behind', async () => {
    const ran = await evaluate('--junit', 'junit.xml', '--markdown', 'comment.md');
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ PASS {2}cities v2/) as unknown });
    expect(ran.stderr).toContain('round 1: 10 calls in all\n');
    expect(ran.stderr).toContain('sluice: outcome=passed code=0');
    expect(readFileSync(join(folder.path, 'junit.xml'), 'utf8')).toContain('tests="11" failures="0"');
    expect(readFileSync(join(folder.path, 'comment.md'), 'utf8')).toContain('PASS');
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.new'))).toEqual([]);
    expect(leftoversOf(process.pid)).toEqual([]);
  });

  it('blocks one that is worse than the baseline: 11', async () => {
    folder.write('sluice.yaml', specOf('Name the country.'));
    folder.write('stable.yaml', specOf('Name the city.', 'v1'));
    provider = (prompt) => ({ says: prompt.includes('the city') ? 'Paris' : 'France' });
    const ran = await evaluate('--baseline', 'stable.yaml', '--json');
    expect(ran.code).toBe(11);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: 'blocked',
      report: { candidate: 'v2', stable: 'v1', decision: { outcome: 'block' } },
    });
  });

  it('asks the prompt that a suite names, and names in every report what no case asks', async () => {
    folder.write('other.prompt', '{{role "system"}}\nName the river.\n{{history}}\n');
    const prompts = 'prompts: { answer: prompt-v2.prompt, rivers: other.prompt }\n  defaultPrompt: answer';
    folder.write('sluice.yaml', specOf('Name the city.').replace(/prompts: .*/, prompts));
    folder.write('evals/cities.yaml', `prompt: rivers\n${suiteOf(10)}`);
    provider = (prompt) => ({ says: prompt.includes('the river') ? 'Paris' : 'Seine' });
    const ran = await evaluate('--json', '--junit', 'junit.xml', '--markdown', 'comment.md');
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      report: { decision: { outcome: 'pass', promptsWithoutCases: ['answer'] } },
    });
    expect(ran.stderr).toContain('warning: no case asks the prompt answer');
    for (const file of ['junit.xml', 'comment.md'])
      expect(readFileSync(join(folder.path, file), 'utf8')).toMatch(/no case asks/i);
  });

  it('is inconclusive where the suite is too small to tell: 12', async () => {
    folder.write('evals/cities.yaml', suiteOf(2));
    expect(await evaluate()).toMatchObject({ code: 12 });
  });

  it('measures nothing with assertions that cannot be judged, and says why: 5 (invariant 26)', async () => {
    for (const type of ['javascript', 'not-javascript']) {
      folder.write('evals/cities.yaml', suiteOf(10, `{ type: ${type}, value: "output.city.name" }`));
      const ran = await evaluate('--junit', 'junit.xml');
      expect(ran.code).toBe(5);
      const junit = readFileSync(join(folder.path, 'junit.xml'), 'utf8');
      expect(junit).toMatch(/<error message="FAILED">10 of 10 answers could not be judged/);
      expect(ran.stderr).toMatch(/10 of 10 answers could not be judged: cities\/c0, .* and 5 more cases/);
      expect(ran.stderr).toMatch(/cities\/c3: .*cannot read property 'name' of undefined/);
    }
  });

  it('blocks a revision whose answers are cut off, whatever they do not contain: 11', async () => {
    folder.write('evals/cities.yaml', suiteOf(10, '{ type: not-icontains, value: london }'));
    provider = () => ({ says: 'Par', ending: 'length' });
    const ran = await evaluate();
    expect(ran.code).toBe(11);
    expect(ran.stdout).toContain('the answer is cut off');
    provider = () => ({ says: '', ending: 'length' });
    expect((await evaluate()).code).toBe(11);
  });

  it('takes an answer without a word for what the revision says, and asks once', async () => {
    provider = () => (asked === 4 ? { says: '' } : { says: 'Paris' });
    folder.write('evals/cities.yaml', suiteOf(10, '{ type: not-icontains, value: london }'));
    const empty = /cities\/c\d +2\/3\n +the answer is empty/;
    expect(await evaluate()).toMatchObject({ code: 0, stdout: expect.stringMatching(empty) as unknown });
    expect(asked).toBe(31);
    provider = (request) => ({ says: request.includes('Answer with: ok') ? 'ok' : '' });
    const ran = await evaluate();
    expect(ran).toMatchObject({
      code: 11,
      stdout: expect.stringContaining('the answer is empty') as unknown,
    });
    folder.write('evals/cities.yaml', suiteOf(10, '{ type: equals, value: "" }'));
    expect((await evaluate()).code).toBe(0);
  });

  it('reports what there is where an outage comes in the middle: 5', async () => {
    provider = (request) =>
      asked > 5 ? { refuses: 503 } : { says: request.includes('2?') ? 'Oslo' : 'Paris' };
    const reports = ['--junit', 'junit.xml', '--markdown', 'comment.md'];
    const ran = await evaluate('--patience', '1s', '--concurrency', '1', ...reports);
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain(
      'the reports say what there is. Nothing was decided; 4 of 10 cases had been asked.',
    );
    const junit = readFileSync(join(folder.path, 'junit.xml'), 'utf8');
    expect(junit).toContain('tests="11" failures="0" errors="1" skipped="6"');
    expect(junit).toMatch(/name="gate"><error message="FAILED">openai\/tiny has answered nothing for 1 s/);
    const markdown = readFileSync(join(folder.path, 'comment.md'), 'utf8');
    expect(markdown).toMatch(
      /^### ✗ FAILED: `cities` `v2`\n\n\*\*Of the 4 of 10 cases that were asked 1 fails; 3 pass\.\*\*\n\n- openai\/tiny has answered nothing/,
    );
    expect(markdown).toContain('#### Failing, with nothing to compare with (1)');
  });

  it('says in its reports which target of the chain it could not try', async () => {
    folder.write(
      'sluice.yaml',
      specOf('Name the city.').replace('model: tiny }]', 'model: tiny }, { provider: openai, model: poor }]'),
    );
    provider = (request) => (request.includes('"poor"') ? { refuses: 402 } : { says: 'Paris' });
    const ran = await evaluate('--markdown', 'comment.md');
    const said = 'target 2 (openai/poor) in staging: 402 overloaded';
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining(said) as unknown });
    expect(readFileSync(join(folder.path, 'comment.md'), 'utf8')).toContain(`| not probed | ${said} |`);
  });

  it('ends as failed where the provider answers nothing, and blames nobody: 5', async () => {
    provider = () => ({ refuses: 503 });
    const ran = await evaluate('--patience', '2s');
    expect(ran.code).toBe(5);
    expect(ran.stdout).toContain('openai/tiny has answered nothing for 2 s');
    expect(ran.stderr).toMatch(/waiting \d s for openai\/tiny: overloaded/);
    expect(ran.stderr).toContain('outcome=failed code=5');
  });

  it('waits where the provider says "slow down", and loses nothing by it', async () => {
    provider = () => (asked === 5 ? { refuses: 429, retryAfter: '1' } : { says: 'Paris' });
    const ran = await evaluate('--concurrency', '3');
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/pass rate +100\.0 %/) as unknown });
    expect(ran.stderr).toContain('waiting 1 s for openai/tiny: overloaded\n');
  });

  it('is blocked before any case where a target of the chain does not exist: 11', async () => {
    folder.write(
      'sluice.yaml',
      specOf('Name the city.').replace('model: tiny }]', 'model: tiny }, { provider: openai, model: gone }]'),
    );
    provider = (request) => (request.includes('"gone"') ? { refuses: 404 } : { says: 'Paris' });
    const ran = await evaluate('--json', '--junit', 'junit.xml');
    expect(ran.code).toBe(11);
    expect(readFileSync(join(folder.path, 'junit.xml'), 'utf8')).toContain(
      '<failure message="BLOCK">v2 cannot be',
    );
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: 'blocked',
      error: {
        message: expect.stringContaining(`target 2 (openai/gone) in staging: 404 overloaded`) as unknown,
      },
    });
    expect(asked).toBe(2);
  });

  it.each([
    ['an environment', ['-e', 'moon'], 'has no environment "moon"', 3],
    ['a plan', ['--plan', 'fast'], 'has no plan "fast"', 3],
    ['a folder for its report', ['--junit', 'gone/junit.xml'], 'The report cannot be written', 2],
    ['a baseline', ['--baseline', 'gone.yaml'], 'There is no file gone.yaml', 3],
  ])('starts nothing where %s is missing', async (_what, argv, message, code) => {
    const ran = await evaluate(...argv);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).not.toContain('round 1');
    expect(asked).toBe(0);
  });

  it('starts nothing where the environment has no such provider, or not its key', async () => {
    folder.write('sluice.environments.yaml', 'environments: { staging: { providers: {} } }\n');
    expect((await evaluate()).stderr).toContain('v2 cannot run in staging: This environment has no provider');
    const provider = '{ kind: openai, baseUrl: "http://127.0.0.1:1/v1", apiKeyEnv: MY_KEY }';
    folder.write(
      'sluice.environments.yaml',
      `environments: { staging: { providers: { openai: ${provider} } } }\n`,
    );
    expect((await evaluate()).stderr).toContain('MY_KEY');
  });

  it('stops everything and deletes everything at Ctrl-C: 15', async () => {
    provider = () => 'hangs';
    const main = resolve(import.meta.dirname, '../main.ts');
    const child = spawn(process.execPath, [main, 'eval'], { cwd: folder.path, stdio: 'ignore' });
    const ended = new Promise((done) => child.once('exit', done));
    await waitFor(() => asked > 0, { what: 'the first call' });
    child.kill('SIGINT');
    expect(await ended).toBe(15);
    expect(leftoversOf(child.pid)).toEqual([]);
  });
});

import { evaluateSchema } from '../../domain/release/plan.ts';
import { type PublishedSuite, publishedSuiteSchema } from '../../domain/evaluation/suite.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { prepareCases } from './eval-case.ts';
import { createGatewayCaller } from '../targets/gateway-caller.ts';
import { runSuites } from './local.ts';
import type { ModelCall } from '../targets/model-call.ts';
import { planOf } from './plan-evaluation.ts';
import { makeReport } from '../report.ts';
import { summaryOf } from '../summary.ts';
import { jsonReport } from '../reports/json.ts';
import { junitReport } from '../reports/junit.ts';
import { gateReport } from '../reports/comment/gather.ts';
import { terminalReport } from '../reports/terminal.ts';

const sandbox = createSandbox();
afterAll(() => {
  sandbox.close();
});

const template = '{{history}}';
const several = { prompts: { answer: { template }, summarise: { template } }, defaultPrompt: 'answer' };
const one = { prompts: { answer: { template } } };

function suiteOf(prompts: readonly (string | undefined)[]): PublishedSuite {
  const tests = prompts.map((prompt, i) => ({
    id: `c${i}`,
    ...(prompt === undefined ? {} : { prompt }),
    vars: { message: 'Hello' },
    assert: [{ type: 'contains', value: 'ok' }],
  }));
  return publishedSuiteSchema.parse({ name: 's', digest: 'd', content: { tests } });
}

function planned(prompts: readonly (string | undefined)[], content: Parameters<typeof planOf>[0]['prompts']) {
  const cases = prepareCases([suiteOf(prompts)], { sandbox });
  const settings = evaluateSchema.parse({ maxRepeats: 1, margin: 0.1 });
  const plan = planOf({
    cases,
    candidate: 'new',
    stable: content.stable === undefined ? undefined : 'old',
    chain: [{ provider: 'p', model: 'm' }],
    prompts: content,
    settings,
  });
  return { cases, plan };
}

async function judged(
  prompts: readonly (string | undefined)[],
  content: Parameters<typeof planOf>[0]['prompts'],
  says: (call: ModelCall) => string = () => 'ok',
) {
  const { cases, plan } = planned(prompts, content);
  const calls: ModelCall[] = [];
  const { decision, results } = await runSuites({
    plan,
    cases,
    concurrency: 4,
    callModel: (call) => {
      calls.push(call);
      return Promise.resolve({ kind: 'answered', output: says(call), latencyMs: 1 });
    },
  });
  const labels = { candidate: 'v2', ...(content.stable === undefined ? {} : { stable: 'v1' }) };
  return { calls, decision, report: makeReport({ app: 'bank', labels, plan, decision, results }) };
}

it('asks the prompt that a case names, and the default one where it names none', async () => {
  const { calls, decision } = await judged([undefined, 'summarise'], { candidate: several, stable: several });
  expect(new Set(calls.map(({ prompt, revision }) => `${revision}/${prompt ?? ''}`))).toEqual(
    new Set(['new/', 'old/', 'new/summarise', 'old/summarise']),
  );
  expect(decision).not.toHaveProperty('promptsWithoutCases');
});

it('asks a prompt that stable does not have of the candidate alone', async () => {
  const { calls, report } = await judged([undefined, 'summarise'], { candidate: several, stable: one });
  expect(calls.filter(({ prompt }) => prompt === 'summarise').map(({ revision }) => revision)).toEqual([
    'new',
  ]);
  expect(report.cases.map(({ stable }) => stable?.runs)).toEqual([1, undefined]);
});

it('refuses a case of a prompt that the revision does not have, before anything is asked', () => {
  expect(() => planned(['sumarise'], { candidate: several, stable: undefined })).toThrow(
    expect.objectContaining({
      code: 'invalid_file',
      message: 'The case s/c0 asks the prompt "sumarise", which the revision does not have.',
    }) as Error,
  );
});

it('names the prompts that no case asks, wherever the gate is told of', async () => {
  const { decision, report } = await judged(Array(30).fill(undefined), {
    candidate: several,
    stable: undefined,
  });
  expect(decision.promptsWithoutCases).toEqual(['summarise']);
  expect(summaryOf(report.decision, { calls: 81, answeredBy: report.answeredBy })).toContain(
    'no case asks summarise',
  );
  expect(terminalReport(report, { colour: false })).toMatch(/prompts +no case asks summarise/);
  const shown = { environment: 'staging', questions: new Map(), places: new Map(), prompts: [], values: [] };
  expect(gateReport(report, { ...shown, seconds: 1, command: 'sluice eval' }).facts).toContainEqual({
    name: 'prompts',
    candidate: 'no case asks summarise',
    stable: '',
  });
  expect(junitReport(report)).toContain(
    '<testcase classname="prompts" name="summarise"><skipped message="No case asks this prompt."/></testcase>',
  );
  expect(JSON.parse(jsonReport(report))).toMatchObject({ decision: { promptsWithoutCases: ['summarise'] } });
});

describe('a prompt that passes none of its cases', () => {
  const among = [...Array<undefined>(80).fill(undefined), 'summarise'];
  const answers = (says: (call: ModelCall) => boolean) => (call: ModelCall) => (says(call) ? 'ok' : 'no');

  it.each([
    ['and nothing to compare with', undefined, (call: ModelCall) => call.prompt === undefined],
    [
      'though stable passes them',
      several,
      (call: ModelCall) => call.prompt === undefined || call.revision === 'old',
    ],
    ['and which stable does not have', one, (call: ModelCall) => call.prompt === undefined],
  ])('is not outvoted by another one: %s', async (_what, stable, good) => {
    const { decision, report } = await judged(among, { candidate: several, stable }, answers(good));
    expect(decision.absolute.outcome).toBe('pass');
    expect(decision.outcome).toBe('inconclusive');
    expect(decision.reasons[0]).toMatchObject({
      code: 'prompt_failed',
      message: 'The prompt summarise passed none of 1 call.',
      caseIds: ['s/c80'],
    });
    expect(summaryOf(decision, { calls: 81, answeredBy: report.answeredBy })).toMatch(
      /^The prompt summarise passed none of 1 call; /,
    );
  });

  it('is no news where stable passes none of them either', async () => {
    const never = answers((call) => call.prompt === undefined);
    const { decision } = await judged(among, { candidate: several, stable: several }, never);
    expect(decision.outcome).toBe('pass');
  });

  it('is one that passes some of them where it does so', async () => {
    const asks = [...among, 'summarise'];
    let asked = 0;
    const once = answers((call) => call.prompt === undefined || ++asked % 2 === 0);
    const { decision } = await judged(asks, { candidate: several, stable: undefined }, once);
    expect(decision.outcome).toBe('pass');
  });
});

it('is asked for by the model name', async () => {
  const names: unknown[] = [];
  const call = createGatewayCaller({
    app: 'bank',
    prices: new Map(),
    ask: ({ request }) => {
      names.push(request.body['model']);
      return Promise.resolve({ kind: 'answered', output: 'ok', latencyMs: 1, attempts: 1 });
    },
  });
  await call({ revision: 'r', target: 0, prompt: 'summarise', vars: { message: 'Hello' } });
  await call({ revision: 'r', target: 0, vars: { message: 'Hello' } });
  expect(names).toEqual(['bank/summarise', 'bank']);
});

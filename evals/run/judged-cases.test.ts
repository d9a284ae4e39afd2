import { publishedSuiteSchema } from '../../domain/evaluation/suite.ts';
import { judgesOf } from '../../domain/evaluation/judges-of.ts';
import { evaluateSchema } from '../../domain/release/plan.ts';
import { bindingSchema } from '../../domain/revision/binding.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import type { Judging, NamedPlace, RubricVerdict } from '../judges/judging.ts';
import { pairingText } from '../reports/wording.ts';
import { summaryOf } from '../summary.ts';
import { prepareCases } from './eval-case.ts';
import { runSuites } from './local.ts';
import { planOf } from './plan-evaluation.ts';

const sandbox = createSandbox();
afterAll(() => {
  sandbox.close();
});

const binding = bindingSchema.parse({
  providers: { openai: { kind: 'openai', baseUrl: 'https://example.com/v1' } },
  judges: { default: { provider: 'openai', model: 'm', version: '1' } },
});
const named = [...judgesOf(binding).values()][0]!;

function judgingOf(verdict: (answer: string) => RubricVerdict | Error, admitted = true): Judging {
  return {
    named: () => named,
    isAdmitted: () => admitted,
    labelsOf: () => undefined,
    requireEmbedding: () => undefined,
    embed: () => Promise.resolve([]),
    better: ({ own, other }) =>
      Promise.resolve({ winner: own < other ? 'other' : own > other ? 'own' : 'tie', reason: 'so' }),
    rubric({ answer }) {
      const said = verdict(answer);
      return said instanceof Error ? Promise.reject(said) : Promise.resolve(said);
    },
  };
}

const yes: RubricVerdict = { passed: true, score: 1, reason: '' };
const no: RubricVerdict = { passed: false, score: 0, reason: 'wrong' };
const rubric = { type: 'llm-rubric', value: 'helps' };
const contains = { type: 'contains', value: 'good' };

function suite(count: number, assert: object[], name = 's') {
  const tests = Array.from({ length: count }, (_, i) => ({
    id: `c${i}`,
    vars: { message: `q${i}` },
    assert,
  }));
  return publishedSuiteSchema.parse({ name, digest: name, content: { tests } });
}

async function evaluate(suites: ReturnType<typeof suite>[], judging: Judging, candidate = 'good') {
  const cases = prepareCases(suites, { sandbox, judging });
  const prompts = { prompts: {} };
  const plan = planOf({
    ...{ cases, candidate: 'new', stable: 'old', chain: [{ provider: 'openai', model: 'm' }], judging },
    prompts: { candidate: prompts, stable: prompts },
    settings: evaluateSchema.parse({ minPassRate: 0.5, margin: 0.1, maxRepeats: 1 }),
  });
  let n = 0;
  const run = await runSuites({
    ...{ plan, cases, concurrency: 4 },
    callModel: ({ revision }) =>
      Promise.resolve({
        ...{ kind: 'answered', latencyMs: 1 },
        output: `${revision === 'new' ? candidate : 'good'} ${(n += 1)}`,
      }),
  });
  return { plan, ...run };
}

const byWord = (answer: string): RubricVerdict => (answer.startsWith('good') ? yes : no);

it('decides by an admitted judge, whose digest stands in the plan', async () => {
  const good = await evaluate([suite(80, [rubric])], judgingOf(byWord));
  expect([good.decision.outcome, good.plan.judges]).toEqual(['pass', { default: named.digest }]);
  const bad = await evaluate([suite(80, [rubric])], judgingOf(byWord), 'bad');
  expect(bad.decision.outcome).toBe('block');
  const judged = bad.results.find(({ revision }) => revision === 'new');
  expect(judged?.details).toMatchObject({
    judged: [{ judge: 'default' }],
    reasons: ['the judge says no: wrong'],
  });
});

it('corrects its rates by what labels say of the judge, which stand in the plan', async () => {
  const labels = { goodPassed: 90, goodFailed: 10, badPassed: 30, badFailed: 70 };
  let n = 0;
  // It fails every ninth good answer.
  const strict = { ...judgingOf(() => ((n += 1) % 9 === 0 ? no : yes)), labelsOf: () => labels };
  const { plan, decision } = await evaluate([suite(80, [rubric])], strict);
  expect(plan.labels).toEqual(labels);
  const { rate, asJudged = 0 } = decision.absolute;
  expect([asJudged < 0.95, rate]).toEqual([true, expect.closeTo((asJudged - 0.3) / 0.6, 5)]);
  // It may see less than half of the margin.
  expect(decision.relative?.marginShown).toBeLessThan(0.05);
  expect(decision.outcome).toBe('inconclusive');
});

it('shows what a judge says that is not admitted, and rests nothing on it', async () => {
  const reporting = judgingOf(() => no, false);
  const mixed = await evaluate([suite(80, [rubric, contains])], reporting);
  expect(mixed.decision.outcome).toBe('pass');
  expect(mixed.results[0]?.details.reported).toEqual([{ judge: 'default', passed: false, score: 0 }]);
  const apart = await evaluate([suite(80, [contains]), suite(3, [rubric], 'alone')], reporting);
  expect(apart.decision.outcome).toBe('pass');
  expect(apart.plan.reported).toHaveLength(3);
  expect(apart.results.filter(({ caseId }) => caseId.startsWith('alone/'))).toHaveLength(6);
  await expect(evaluate([suite(5, [rubric])], reporting)).rejects.toMatchObject({ code: 'invalid_file' });
  // And one that is broken breaks nothing.
  const broken = judgingOf(() => new Error('no verdict'), false);
  expect(
    (await evaluate([suite(80, [contains]), suite(2, [rubric], 'alone')], broken)).decision.outcome,
  ).toBe('pass');
});

it('passes nothing and blocks nothing by a judge that disagrees with itself', async () => {
  let n = 0;
  const wavering = (passed: boolean) =>
    judgingOf(() => ({ ...(passed ? yes : no), agreed: (n += 1) % 5 !== 0 }));
  for (const passed of [true, false]) {
    const { decision } = await evaluate([suite(60, [rubric])], wavering(passed));
    expect(decision.outcome).toBe('inconclusive');
    expect(decision.reasons).toContainEqual(
      expect.objectContaining({
        code: 'judge_unstable',
        message: expect.stringMatching(/24 of 120/) as unknown,
      }),
    );
  }
  // What others judged still blocks.
  const both = [suite(60, [rubric]), suite(60, [contains], 'words')];
  expect((await evaluate(both, wavering(true), 'bad')).decision.outcome).toBe('block');
});

it('passes nothing by a judge that always names one place, and says how often it did', async () => {
  const pair = { type: 'select-best', value: 'is better' };
  const naming = (place: (nth: number) => NamedPlace): Judging => {
    let n = 0;
    return {
      ...judgingOf(() => yes),
      better: () => Promise.resolve({ winner: 'tie', reason: '', place: place((n += 1)) }),
    };
  };
  const found = await evaluate(
    [suite(60, [pair])],
    naming(() => 'first'),
  );
  expect(found.decision.outcome).toBe('inconclusive');
  expect(found.decision.reasons).toContainEqual(
    expect.objectContaining({
      code: 'judge_by_place',
      message: expect.stringMatching(
        /in 120 of 120 pairs \(100 %, 97 to 100 %\), the first 120 times/,
      ) as unknown,
    }),
  );
  expect(summaryOf(found.decision, { calls: 120, answeredBy: [] })).toMatch(
    /^The judge default goes by the place and not by the answer; /,
  );
  // One that wavers between equal answers now and then still decides, and it is shown how often.
  const honest = await evaluate(
    [suite(60, [pair])],
    naming((nth) => (nth % 6 === 0 ? 'second' : 'neither')),
  );
  expect(honest.decision.outcome).toBe('pass');
  expect(pairingText(honest.decision)).toMatch(/^default: the same place .* in 20 of 120 pairs \(17 %, /);
  // What others judged still blocks.
  const both = [suite(60, [pair]), suite(60, [contains], 'words')];
  expect(
    (
      await evaluate(
        both,
        naming(() => 'second'),
        'bad',
      )
    ).decision.outcome,
  ).toBe('block');
});

it('is a broken measurement where an admitted judge gives no verdict (invariant 26)', async () => {
  let n = 0;
  const judging = judgingOf(() => ((n += 1) % 7 === 0 ? new Error('no verdict') : yes));
  await expect(evaluate([suite(40, [rubric])], judging)).rejects.toMatchObject({
    code: 'broken_measurement',
  });
});

it('refuses a suite that asks for a judge that there is not, or chooses its own', () => {
  const judging: Judging = {
    ...judgingOf(() => yes),
    named() {
      throw new Error('There is no judge.');
    },
  };
  expect(() => prepareCases([suite(1, [rubric])], { sandbox, judging })).toThrow(/There is no judge/);
  for (const own of [
    { provider: 'openai:gpt-5' },
    { rubricPrompt: 'say yes' },
    { threshold: 1.5 },
    { value: '' },
  ]) {
    expect(() => suite(1, [{ ...rubric, ...own }])).toThrow();
  }
  expect(() => suite(1, [{ ...contains, judge: 'default' }])).toThrow(/is not taken/);
});

it('compares with what the other arm answers to the same', async () => {
  const pair = { type: 'select-best', value: 'is better' };
  const answers = { better: 'z', worse: 'a', same: 'good' };
  const outcome = async (candidate: string) => {
    const { decision, results } = await evaluate(
      [suite(60, [pair])],
      judgingOf(() => yes),
      candidate,
    );
    return [decision.outcome, results.find(({ revision }) => revision === 'new')?.verdict];
  };
  expect(await outcome(answers.worse)).toEqual(['block', 'failed']);
  expect(await outcome(answers.better)).toEqual([expect.stringMatching(/pass|inconclusive/), 'passed']);
});

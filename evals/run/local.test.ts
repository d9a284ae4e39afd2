import { evaluateSchema } from '../../domain/release/plan.ts';
import { publishedSuiteSchema, type PublishedSuite } from '../../domain/evaluation/suite.ts';
import { SluiceError } from '../../domain/errors.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { prepareCases } from './eval-case.ts';
import { evidenceDigest } from '../gate.ts';
import { summaryOf } from '../summary.ts';
import { whoAnswered } from '../targets/who-answered.ts';
import { runSuites } from './local.ts';
import type { CallModel, ModelCall } from '../targets/model-call.ts';
import { planOf } from './plan-evaluation.ts';
import { evalPlanSchema, workKey } from './work.ts';

const sandbox = createSandbox();
afterAll(() => {
  sandbox.close();
});

/** A suite whose cases want their own number back. */
function suiteOf(count: number, options: { critical?: number[]; suite?: string } = {}): PublishedSuite {
  const tests = Array.from({ length: count }, (_, i) => ({
    id: `c${i}`,
    critical: options.critical?.includes(i) ?? false,
    vars: { message: `case ${i}`, number: i },
    assert: [{ type: 'equals', value: String(i) }],
  }));
  return publishedSuiteSchema.parse({ name: options.suite ?? 'numbers', digest: 'd', content: { tests } });
}

/** `failed`: by an error of the revision's own; `refused`: its provider knows no such model; `cut`: right, but cut off. */
type Reply = (call: ModelCall, nth: number) => 'answered' | 'wrong' | 'failed' | 'refused' | 'cut' | 'empty';

/** A model that knows the numbers, but for what `reply` says; counts the calls of each case and revision. */
function modelOf(reply: Reply): { callModel: CallModel; calls: ModelCall[] } {
  const calls: ModelCall[] = [];
  const callModel: CallModel = (call) => {
    const same = calls.filter(
      (each) => each.vars === call.vars && each.revision === call.revision && each.target === call.target,
    );
    calls.push(call);
    const kind = reply(call, same.length);
    if (kind === 'failed' || kind === 'refused') {
      const status = kind === 'refused' ? { status: 404 } : {};
      return Promise.resolve({ kind: 'failed', code: kind, message: 'no', latencyMs: 5, ...status });
    }
    const output = kind === 'wrong' ? 'nonsense' : JSON.stringify(call.vars['number']);
    return Promise.resolve({
      kind: 'answered',
      output: kind === 'empty' ? ' \n' : output,
      finishReason: kind === 'cut' ? 'length' : 'stop',
      latencyMs: 10,
      costUsd: 0.001,
      inputTokens: 5,
      outputTokens: 5,
    });
  };
  return { callModel, calls };
}

async function run(args: {
  suites?: PublishedSuite[];
  reply: Reply;
  stable?: string | undefined;
  targets?: number;
  settings?: object;
  concurrency?: number;
}) {
  const cases = prepareCases(args.suites ?? [suiteOf(100)], { sandbox });
  const plan = planOf({
    cases,
    candidate: 'new',
    stable: 'stable' in args ? args.stable : 'old',
    chain: Array.from({ length: args.targets ?? 1 }, (_, i) => ({ provider: 'p', model: `m${i}` })),
    prompts: { candidate: { prompts: {} }, stable: undefined },
    // A hundred cases can show no narrower margin.
    settings: evaluateSchema.parse({ margin: 0.1, ...args.settings }),
  });
  const model = modelOf(args.reply);
  const outcome = await runSuites({
    plan,
    cases,
    callModel: model.callModel,
    concurrency: args.concurrency ?? 7,
  });
  return { ...outcome, plan, calls: model.calls };
}

const isCase = (call: ModelCall, ...numbers: number[]): boolean =>
  numbers.includes(Number(call.vars['number']));

describe('an evaluation', () => {
  it('passes a revision that is as good as stable, with every call accounted for once', async () => {
    const { decision, results, calls } = await run({ reply: () => 'answered' });
    expect(decision).toMatchObject({
      outcome: 'pass',
      reasons: [],
      absolute: { rate: 1 },
      relative: { estimate: 0 },
    });
    expect(calls).toHaveLength(200);
    expect(new Set(results.map(workKey)).size).toBe(200);
  });

  it('blocks a revision that is surely worse than stable', async () => {
    const { decision } = await run({
      reply: (call) =>
        call.revision === 'new' && isCase(call, ...Array.from({ length: 40 }, (_, i) => i))
          ? 'wrong'
          : 'answered',
    });
    expect(decision.outcome).toBe('block');
    expect(decision.reasons.map(({ code }) => code)).toEqual(['worse_than_stable', 'pass_rate_low']);
  });

  it('repeats on both arms where it cannot tell, up to maxRepeats, and then says so', async () => {
    const { decision, calls } = await run({
      suites: [suiteOf(20)],
      reply: (call) => (call.revision === 'new' && isCase(call, 1) ? 'wrong' : 'answered'),
    });
    expect(decision.outcome).toBe('inconclusive');
    expect(calls.filter(({ revision }) => revision === 'new')).toHaveLength(100);
    expect(calls.filter(({ revision }) => revision === 'old')).toHaveLength(100);
  });

  it('never lets a pass rate outvote a critical case, which is repeated until it is clear', async () => {
    const { decision } = await run({
      suites: [suiteOf(100, { critical: [3, 4] })],
      reply: (call) => (call.revision === 'new' && isCase(call, 3) ? 'wrong' : 'answered'),
    });
    expect(decision.outcome).toBe('block');
    expect(decision.absolute.outcome).toBe('pass');
    expect(decision.reasons[0]).toMatchObject({ code: 'critical_failed', caseIds: ['numbers/c3'] });
  });

  it('clears a critical case that failed once, unless it may never fail', async () => {
    const suites = [suiteOf(100, { critical: [3] })];
    const reply: Reply = (call, nth) =>
      call.revision === 'new' && isCase(call, 3) && nth === 0 ? 'wrong' : 'answered';
    expect((await run({ suites, reply })).decision.outcome).toBe('pass');
    expect((await run({ suites, reply, settings: { critical: 'never' } })).decision.outcome).toBe('block');
  });

  it('asks critical cases alone where the plan says so, and nothing of stable', async () => {
    const suites = [suiteOf(100, { critical: [3, 4] })];
    const only = (reply: Reply) => run({ suites, reply, targets: 2, settings: { only: 'critical' } });
    const { decision, calls, plan } = await only((call) => (isCase(call, 7) ? 'wrong' : 'answered'));
    expect(decision).toMatchObject({ outcome: 'pass', reasons: [], byCriticalCases: true });
    expect(calls).toHaveLength(2 * 2 * 5);
    expect(calls.every(({ revision }) => revision === 'new')).toBe(true);
    expect(summaryOf(decision, { calls: calls.length, answeredBy: whoAnswered(plan, []) })).toBe(
      'critical cases alone; 20 calls; critical: all 4 cleared',
    );
    const bad = await only((call) => (isCase(call, 4) && call.target === 1 ? 'wrong' : 'answered'));
    expect(bad.decision.outcome).toBe('block');
    // Where none is critical, all decide.
    const all = await run({ reply: () => 'answered', settings: { only: 'critical' } });
    expect([all.decision.byCriticalCases, all.calls.length]).toEqual([undefined, 200]);
  });

  it('tries critical cases on every target of the chain', async () => {
    const suites = [suiteOf(100, { critical: [3] })];
    const good = await run({ suites, targets: 3, reply: () => 'answered' });
    expect(good.decision).toMatchObject({
      outcome: 'pass',
      fallbacks: { cases: [{ state: 'cleared' }, { state: 'cleared' }] },
    });
    expect(good.calls.filter(({ target }) => target === 2)).toHaveLength(5);
    const onChain = good.calls.filter(({ target, revision }) => target === 0 && revision === 'new');
    expect(onChain.filter((call) => isCase(call, 3))).toHaveLength(5);
    expect(onChain.filter((call) => isCase(call, 50))).toHaveLength(1);
    const bad = await run({
      suites,
      targets: 3,
      reply: (call) => (call.target === 2 ? 'wrong' : 'answered'),
    });
    expect(bad.decision.outcome).toBe('block');
    expect(bad.decision.reasons[0]).toMatchObject({
      code: 'critical_failed',
      caseIds: ['numbers/c3 on target 3'],
    });
  });

  it('counts an error of the candidate as a failure, and not against stable', async () => {
    const failing = Array.from({ length: 30 }, (_, i) => i);
    const { decision, results } = await run({
      reply: (call) => (call.revision === 'new' && isCase(call, ...failing) ? 'failed' : 'answered'),
    });
    expect(decision).toMatchObject({ outcome: 'block', absolute: { rate: 0.7 } });
    expect(results.find(({ error }) => error !== undefined)).toMatchObject({
      verdict: 'failed',
      error: 'failed: no',
    });
  });

  it('does not take an error of stable for a low score: what stable never answered is not compared', async () => {
    const { decision } = await run({
      reply: (call) => (call.revision === 'old' && isCase(call, 1, 2) ? 'failed' : 'answered'),
    });
    expect(decision).toMatchObject({ outcome: 'inconclusive', relative: { units: 98, estimate: 0 } });
    expect(decision.reasons.map(({ code }) => code)).toContain('missing_scores');
  });

  it('is a broken measurement where stable fails by itself: staging is broken, not the candidate', async () => {
    await expect(run({ reply: () => 'failed' })).rejects.toMatchObject({ code: 'broken_measurement' });
    await expect(run({ stable: undefined, reply: () => 'failed' })).rejects.toMatchObject({
      code: 'broken_measurement',
    });
  });

  it.each([
    ['beside a stable revision', 'old'],
    ['without a stable revision', undefined],
  ])('blocks a candidate whose first target cannot answer, and says which, %s', async (_, stable) => {
    const { decision } = await run({
      stable,
      targets: 2,
      reply: ({ revision, target }) => (revision === 'new' && target === 0 ? 'refused' : 'answered'),
    });
    expect(decision.outcome).toBe('block');
    expect(decision.reasons[0]).toMatchObject({
      code: 'target_failed',
      message: expect.stringMatching(
        /^Target 1 \(p\/m0\) answered none of \d+ calls: 404 refused\./,
      ) as unknown,
    });
  });

  it('asks every case of the first target alone, never of the chain (invariant 25)', async () => {
    const suites = [suiteOf(20, { critical: [3] })];
    const { calls } = await run({ suites, targets: 3, reply: () => 'answered' });
    const counts = new Map(
      [undefined, 0, 1, 2].map((target) => [target, calls.filter((call) => call.target === target).length]),
    );
    expect(counts.get(undefined)).toBe(0);
    expect(counts.get(0)).toBeGreaterThanOrEqual(40);
    expect(counts.get(1)).toBeGreaterThanOrEqual(5);
  });

  it('asks the chain as it is where its plan was made by a version of before', async () => {
    const cases = prepareCases([suiteOf(5)], { sandbox });
    const settings = evaluateSchema.parse({});
    const chain = [{ provider: 'p', model: 'm0' }];
    const {
      version: _,
      chain: __,
      ...before
    } = planOf({
      cases,
      candidate: 'new',
      stable: 'old',
      chain,
      prompts: { candidate: { prompts: {} }, stable: undefined },
      settings,
    });
    const { callModel, calls } = modelOf(() => 'answered');
    await runSuites({ plan: evalPlanSchema.parse(before), cases, callModel, concurrency: 3 });
    expect(new Set(calls.map(({ target }) => target))).toEqual(new Set([undefined]));
  });

  it('without a stable revision is decided by the pass rate alone', async () => {
    const { decision, calls } = await run({ stable: undefined, reply: () => 'answered' });
    expect(decision.outcome).toBe('pass');
    expect(decision.relative).toBeUndefined();
    expect(calls).toHaveLength(100);
  });

  it('with too few cases never passes by chance', async () => {
    const { decision } = await run({ suites: [suiteOf(1)], reply: () => 'answered' });
    expect(decision.outcome).toBe('inconclusive');
  });

  it('stops, and accounts nothing more, where the way to the revision is broken', async () => {
    const cases = prepareCases([suiteOf(100)], { sandbox });
    const plan = planOf({
      cases,
      candidate: 'new',
      stable: 'old',
      chain: [{ provider: 'p', model: 'm0' }],
      prompts: { candidate: { prompts: {} }, stable: undefined },
      settings: evaluateSchema.parse({}),
    });
    let calls = 0;
    const callModel: CallModel = () => {
      calls++;
      return Promise.reject(new SluiceError('unreachable', 'The gateway does not answer.'));
    };
    await expect(runSuites({ plan, cases, callModel, concurrency: 3 })).rejects.toMatchObject({
      code: 'unreachable',
    });
    expect(calls).toBeLessThanOrEqual(3);
  });

  it('keeps to its concurrency', async () => {
    let inFlight = 0;
    let most = 0;
    const cases = prepareCases([suiteOf(30)], { sandbox });
    const plan = planOf({
      cases,
      candidate: 'new',
      stable: undefined,
      chain: [{ provider: 'p', model: 'm0' }],
      prompts: { candidate: { prompts: {} }, stable: undefined },
      settings: evaluateSchema.parse({}),
    });
    const callModel: CallModel = async ({ vars }) => {
      most = Math.max(most, ++inFlight);
      await new Promise(setImmediate);
      inFlight--;
      return { kind: 'answered', output: JSON.stringify(vars['number']), latencyMs: 1 };
    };
    await runSuites({ plan, cases, callModel, concurrency: 4 });
    expect(most).toBe(4);
  });

  it('rests on evidence whose digest does not depend on the order of the answers', async () => {
    const { plan, results } = await run({ reply: () => 'answered' });
    expect(evidenceDigest(plan, results.toReversed())).toBe(evidenceDigest(plan, results));
    const other = results.map((result, i) => (i === 0 ? { ...result, verdict: 'failed' as const } : result));
    expect(evidenceDigest(plan, other)).not.toBe(evidenceDigest(plan, results));
  });

  /** A suite whose cases must not say something, and the first of which is asked something more. */
  function forbidding(more: object[] = [], critical: number[] = []): PublishedSuite {
    const tests = Array.from({ length: 100 }, (_, i) => ({
      id: `c${i}`,
      critical: critical.includes(i),
      vars: { message: `case ${i}`, number: i },
      assert: [{ type: 'not-contains', value: 'secret' }, ...(i === 0 ? more : [])],
    }));
    return publishedSuiteSchema.parse({ name: 'forbidden', digest: 'd', content: { tests } });
  }

  describe('of a case whose assertion cannot be judged (invariant 26)', () => {
    const broken = (type: string) => forbidding([{ type, value: 'missing.word === output' }], [0]);

    it.each(['javascript', 'not-javascript'])('never passes and never blocks, with %s', async (type) => {
      for (const stable of ['old', undefined]) {
        const done = run({ suites: [broken(type)], stable, reply: () => 'answered' });
        await expect(done).rejects.toMatchObject({
          code: 'broken_measurement',
          message: expect.stringMatching(
            /could not be judged: forbidden\/c0\.[^]*missing'? is not defined/,
          ) as string,
        });
      }
      const never = { settings: { critical: 'never' } };
      await expect(run({ suites: [broken(type)], reply: () => 'answered', ...never })).rejects.toMatchObject({
        code: 'broken_measurement',
      });
    });

    it('is blocked by what is known, also of stable’s answers alone', async () => {
      const suites = [broken('javascript'), suiteOf(100, { critical: [3] })];
      const reply: Reply = (call) => (call.revision === 'new' && isCase(call, 3) ? 'wrong' : 'answered');
      const { decision } = await run({ suites, reply, settings: { critical: 'never' } });
      expect(decision.outcome).toBe('block');
      const asked = forbidding([{ type: 'javascript', value: 'output === "nonsense" || missing' }]);
      await expect(
        run({ suites: [asked], reply: ({ revision }) => (revision === 'new' ? 'wrong' : 'answered') }),
      ).rejects.toMatchObject({ code: 'broken_measurement' });
    });

    it('is known to have failed where another assertion says so', async () => {
      const suites = [
        forbidding([{ type: 'is-json' }, { type: 'javascript', value: 'JSON.parse(output) >= 0' }]),
      ];
      const reply: Reply = (call) => (call.revision === 'new' && isCase(call, 0) ? 'wrong' : 'answered');
      const { results } = await run({ suites, reply, settings: { maxRepeats: 1 } });
      expect(results.filter(({ verdict }) => verdict !== 'passed')).toMatchObject([
        { caseId: 'forbidden/c0', revision: 'new', verdict: 'failed' },
      ]);
    });
  });

  it.each(['cut', 'empty'] as const)(
    'fails a revision whose answers are %s, whatever they do not contain',
    async (how) => {
      const reply: Reply = ({ revision }) => (revision === 'new' ? how : 'answered');
      const { decision, results } = await run({ suites: [forbidding()], reply });
      expect(decision.outcome).toBe('block');
      expect(results.find(({ verdict }) => verdict === 'failed')?.details.reasons?.[0]).toMatch(
        /cut off|empty/,
      );
    },
  );

  it('passes a cut answer on a case that expects one, and no other', async () => {
    const expecting = forbidding([{ type: 'finish-reason', value: 'length' }]);
    const reply: Reply = (call) => (isCase(call, 0) ? 'cut' : 'answered');
    expect((await run({ suites: [expecting], reply })).decision.outcome).toBe('pass');
    const { results } = await run({ suites: [expecting], reply: () => 'answered' });
    expect(results.find(({ caseId }) => caseId === 'forbidden/c0')).toMatchObject({ verdict: 'failed' });
  });

  it('needs cases', () => {
    expect(() => prepareCases([], { sandbox })).toThrow(/no suite with a case/);
  });
});

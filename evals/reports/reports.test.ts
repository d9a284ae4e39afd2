import { decideEvaluation } from '../gate.ts';
import { makeReport, type CaseReport, type EvalReport } from '../report.ts';
import { followRounds } from '../run/rounds.ts';
import { shortened, summaryOf } from '../summary.ts';
import type { EvalPlan, WorkItem, WorkResult } from '../run/work.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { lineOfMarkdown } from './in-markdown.ts';
import { terminalReport } from './terminal.ts';

const escape = String.fromCharCode(0x1b);

const plan: EvalPlan = {
  version: 2,
  chain: ['openai/large', 'anthropic/large'],
  candidate: 'rev_new',
  stable: 'rev_old',
  targets: 2,
  cases: Array.from({ length: 40 }, (_, i) => ({ id: `intents/c${i}`, critical: i === 0 })),
  settings: { minPassRate: 0.9, margin: 0.1, maxRepeats: 1, critical: 'never' },
};
const hostile = '<script>|@everyone `x` \u001b[31mred\u0000';

function resultOf(item: WorkItem): WorkResult {
  const fails = item.revision === 'rev_new' && item.caseId === 'intents/c0';
  const measured = { latencyMs: item.revision === 'rev_new' ? 100 : 50, costUsd: 0.001 };
  if (fails)
    return {
      ...item,
      ...measured,
      verdict: 'failed',
      score: 0,
      details: { reasons: [`is not ${hostile}`], output: hostile },
    };
  if (item.caseId === 'intents/c5' && item.revision === 'rev_new')
    return { ...item, verdict: 'failed', error: 'timeout: late', details: {} };
  return { ...item, ...measured, verdict: 'passed', score: 1, details: {} };
}

function report(change: (result: WorkResult) => WorkResult = (result) => result): EvalReport {
  const results: WorkResult[] = [];
  for (;;) {
    const rounds = followRounds(plan, results);
    if (rounds.finished) {
      const decision = decideEvaluation(plan, rounds, results);
      return makeReport({ app: 'bank', labels: { candidate: 'v2', stable: 'v1' }, plan, decision, results });
    }
    results.push(...rounds.missing.map(resultOf).map(change));
  }
}

const blocked = report();
const passed = report(({ error: _, ...result }) => ({ ...result, verdict: 'passed', score: 1, details: {} }));

describe('the report of an evaluation', () => {
  it('counts each arm and each case', () => {
    expect(blocked.arms).toMatchObject({
      candidate: { calls: 41, errors: 1, latencyP50Ms: 100, latencyP95Ms: 100, unpriced: 1 },
      stable: { calls: 40, errors: 0, latencyP50Ms: 50 },
    });
    expect(blocked.arms.candidate.costUsd).toBeCloseTo(0.04);
    expect(blocked.cases[0]).toMatchObject({
      critical: true,
      runs: 1,
      passed: 0,
      stable: { runs: 1, passed: 1 },
      fallbacks: [{ target: 1, runs: 1, passed: 0 }],
    });
  });

  it('is read on a terminal, where a model’s words move nothing', () => {
    const text = terminalReport(blocked, { colour: false });
    expect(text).toMatch(/^✗ BLOCK {2}bank v2 against v1\n/);
    expect(text).toMatch(/pass rate +95\.0 % \(84\.\d to 98\.\d %\)/);
    expect(text).toMatch(/critical cases +2 of 2 not cleared: intents\/c0, intents\/c0 on target 2/);
    expect(text).toMatch(/! intents\/c0 {2}0\/1, target 2: 0\/1/);
    expect(text).toMatch(/intents\/c5 {2}0\/1\n +timeout: late/);
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u0000');
    expect(terminalReport(blocked, { colour: true })).toContain('\u001b[31m✗ BLOCK');
    expect(terminalReport(passed, { colour: false })).toMatch(/^✓ PASS/);
  });

  it('is JUnit XML that stays XML, whose failures are what the gate holds against the candidate', () => {
    const xml = junitReport(blocked);
    // The gate and the critical case that blocks; the case that failed beside it does not, and is no failure.
    expect(xml).toContain('tests="41" failures="2" errors="0" skipped="0"');
    expect(xml).toContain('<failure message="BLOCK">');
    expect(xml).toMatch(/name="c0" time="0\.100"><failure message="passed 0\/1/);
    expect(xml).toMatch(/name="c5"><system-out>passed 0\/1, and does not block\ntimeout: late/);
    expect(xml).toContain('&lt;script&gt;');
    for (const text of ['\u001b', '\u0000', '<script>']) expect(xml).not.toContain(text);
    expect(junitReport(passed)).toContain('failures="0"');
  });

  it('has what the instrument could not do as errors of its JUnit XML, and nobody’s failures', () => {
    const { outcome } = blocked.decision;
    const unknown = { ...passed.cases[1], id: 'intents/c1', passed: 0, unknown: 1 } as CaseReport;
    const undecided = {
      ...passed,
      cases: [unknown],
      decision: { ...passed.decision, outcome: 'inconclusive' as const },
    };
    expect([outcome, junitReport(undecided)]).toEqual([
      'block',
      expect.stringMatching(
        /failures="0" errors="2"[^]*<error message="INCONCLUSIVE">[^]*<error message="not judged: 1/,
      ),
    ]);
  });

  it.each([
    ['[x](javascript:alert(1))', /(?<!\\)[[\]]/],
    ['![x](https://evil.example/a.png)', /(?<!\\)[[\]]|:\/\//],
    ['see https://evil.example or www.evil.example', /:\/\/|www\./],
    ['a | b || c', /(?<!\\)\|/],
    ['a\n| b | c |\n\n# heading', /\n|(?<!\\)\|/],
    ['# heading', /^#/],
    ['> quoted', /^>/],
    ['- [ ] task', /^-/],
    ['1. list', /^1\./],
    ['</td></table><img src=x>', /</],
    ['<!-- hidden', /</],
    ['@everyone @org/team #1234 !77 GH-12', /[@#!](?=\w)|GH-/],
    ['*bold* _it_ ~~no~~ `code` $math$', /(?<!\\)[*_~`$]/],
    ['&#64;all &lt;b>', /&(?!amp;|lt;)/],
    ['\\| \\\\|', /(?<!\\)(?:\\\\)*\|/],
    ['a\u202eb\u001b[31m', new RegExp(`[\u202e${escape}]`)],
    ['fixed in 0123abcdef', /0123abc/],
  ])('writes %j of others in Markdown as what it is', (text, acted) => {
    expect(lineOfMarkdown(text)).not.toMatch(acted);
  });

  it('is JSON, in which a bound that is not known is null', () => {
    expect(JSON.parse(jsonReport(blocked))).toMatchObject({ app: 'bank', decision: { outcome: 'block' } });
    expect(
      jsonReport({
        ...blocked,
        decision: { ...blocked.decision, critical: { outcome: 'block', meanE: Infinity, cases: [] } },
      }),
    ).toContain('"meanE": null');
  });

  it('is summed up in at most 300 bytes', () => {
    expect(summaryOf(blocked.decision, { calls: 81, answeredBy: blocked.answeredBy })).toMatch(
      /^pass rate 95\.0 %.*critical: 2 of 2 not cleared: intents\/c0, intents\/c0 on target 2$/,
    );
    expect(Buffer.byteLength(shortened('ä'.repeat(400), 300))).toBeLessThanOrEqual(300);
    expect(shortened('ä'.repeat(400), 300)).toMatch(/^ä+…$/);
  });
});

import { caseSentences, mirrorSentences, trafficSentences } from './found-sentences.ts';
import { statusSentence, type StatusFacts } from './status-sentence.ts';
import { countWords, stateWord, timeWords, whoOf } from './words.ts';

const facts: StatusFacts = {
  ...{ state: 'progressing', served: true, label: 'v2', environment: 'production', stage: 'canary-25' },
  ...{ weight: { set: 25, served: 25 }, unwell: [], step: { number: 2, of: 3 } },
  hold: { elapsedMs: 18 * 60_000, totalMs: 30 * 60_000 },
  requests: { candidate: 1_538, needed: 2_000 },
};

it('says of an open release where it is, what is not well first, and what is on its way to acting', () => {
  expect(statusSentence(facts)).toBe(
    'v2 has 25 % of production (step 2 of 3): held 18 min of 30 min, 1,538 of 2,000 requests.',
  );
  expect(statusSentence({ ...facts, weight: { set: 25, served: 0 }, unwell: ['the lease is over'] })).toMatch(
    /^The lease is over\. v2 has 25 % of production \(step 2 of 3\), of which gateways serve 0 %/,
  );
  const worst = { subject: 'errors', evidence: Math.log(12), actsAt: Math.log(100) };
  expect(statusSentence({ ...facts, worst })).toContain(
    'Errors look worse than stable, not proven yet: odds 12 : 1, acts at 100 : 1.',
  );
  expect(statusSentence({ ...facts, worst: { ...worst, evidence: Math.log(5) } })).not.toContain('worse');
});

it('says of every release whose candidate was taken off the traffic that it was rolled back, and by whom', () => {
  const closed = { ...facts, state: 'aborted', decidedBy: 'token:ada', reason: 'no use' } as const;
  expect(statusSentence(closed)).toBe('v2 was rolled back by ada: no use.');
  expect(stateWord({ state: 'aborted', decidedBy: 'token:ada', served: false })).toBe('stopped by ada');
  for (const state of ['rolled_back', 'aborted', 'inconclusive', 'failed', 'superseded'] as const)
    expect(stateWord({ state, decidedBy: 'system:release', served: true })).toBe('rolled back by Sluice');
  expect(stateWord({ state: 'promoted', served: true })).toBe('promoted');
  expect(stateWord({ state: 'blocked', served: false })).toBe('blocked');
  expect(['ci:main', 'temporal:bob', 'break-glass:root', undefined, 'x'].map(whoOf)).toEqual([
    ...['main (CI)', 'bob (Temporal)', 'root (break-glass)', 'somebody', 'x'],
  ]);
});

it('tells the cases that fail beside stable, the mirror, and what became of requests', () => {
  const failing = Array.from({ length: 7 }, (_, i) => ({
    ...{ id: `s/c${i}`, critical: i === 0, candidate: { passed: 0, of: 3 }, stable: { passed: 3, of: 3 } },
    failed: ['contains'],
  }));
  expect(caseSentences({ newlyFailing: 7, stillFailing: 0, repaired: 1, flaky: 0, failing })).toEqual([
    expect.stringMatching(
      /^Of the evaluation's cases 7 newly fail, 1 are repaired: s\/c0 \(critical\) passed 0 of 3, stable 3 of 3 \(contains\); .*; and 2 more\.$/,
    ),
  ]);
  expect(caseSentences({ newlyFailing: 0, stillFailing: 0, repaired: 0, flaky: 0, failing: [] })).toEqual([]);
  const pair = { sample: 'a', later: false, why: ['longer', 'no tool call'] };
  expect(mirrorSentences([pair, { ...pair, why: ['longer'] }])).toEqual([
    'The mirror found pairs to look at, the worst first: longer (2 times); no tool call.',
  ]);
  const arm = { requests: 1_200, failed: 3, rescued: 12, failedOver: 0, reasons: [] };
  expect(trafficSentences({ candidate: arm, stable: arm })).toEqual([
    expect.stringContaining(
      'Of 1,200 requests of the candidate 3 failed, 12 were rescued by stable',
    ) as unknown,
  ]);
  const call = { target: 'openai/atlas', kind: 'status', status: 503 };
  const reasons = [
    { ...call, what: 'rescued' as const, calls: 1_000 },
    { ...call, what: 'failed' as const, calls: 3 },
    { target: 'openai/atlas', kind: 'timeout', what: 'rescued' as const, calls: 7 },
  ];
  expect(trafficSentences({ candidate: { ...arm, reasons }, stable: arm })[1]).toBe(
    "Calls of candidate's that gave no answer: openai/atlas answered 503 (1,003 times); openai/atlas timed out (7 times).",
  );
});

it('writes numbers and times as people read them', () => {
  expect([0, 999, 1_000, 1_234_567].map(countWords)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([4_000, 89_000, 300_000, 5_400_000, 7_800_000].map(timeWords)).toEqual([
    ...['4 s', '89 s', '5 min', '1 h 30 min', '2 h 10 min'],
  ]);
});

import type { Explanation } from '../../domain/explanation/explanation.ts';
import { explanationBlock } from '../output/describe-explanation.ts';
import { createPaint } from '../output/style.ts';
import { explanationSvg } from './svg.ts';

const explanation: Explanation = {
  version: 1,
  release: {
    ...{ id: 'rel_1', app: 'bank', environment: 'production', revision: 'rev_2', label: '<v2>&\u202E' },
    ...{ state: 'rolled_back', planName: 'default', alpha: 0.05 },
  },
  says: ['v2 of bank is rolled back.', 'errors: candidate 32 of 120.'],
  stages: [{ stage: 'canary-5', outcome: 'fail', summary: 'errors worse\nthan stable', looks: 2 }],
  guardrails: [
    {
      ...{ name: 'errors', subject: 'errors', evidence: 11.3, actsAt: Math.log(120) },
      ...{ odds: '81,000 : 1', actsAtOdds: '120 : 1' },
      candidate: { exposed: 120, bad: 32, rate: 32 / 120 },
      stable: { exposed: 0, bad: 0, rate: null },
    },
  ],
  whatWouldChange: ['errors: it would have stayed below about 8.0 %'],
  looks: [0, 1].map((look) => ({
    ...{ stage: 'canary-5', look, at: '2026-11-30T10:00:00.000Z', splitVersion: 2 },
    evidence: { errors: 11.3 * look },
  })),
  examples: [{ sample: 'sample-1', later: false, why: ['the candidate\nrefused'] }],
};

describe('an explanation', () => {
  it('is drawn as the course of its odds, with where it acts; nothing of others is markup', () => {
    const svg = explanationSvg(explanation);
    expect(svg).toContain('<polyline points="130.0,370.0 770.0,65.2"');
    expect(svg).toContain('acts at 120 : 1');
    expect(svg).toContain('&lt;v2&gt;&amp;\\u202e of bank');
    expect(svg.match(/<\w+/g)).not.toContain('<v2');
  });

  it('is drawn where nothing was looked at', () => {
    expect(explanationSvg({ ...explanation, looks: [], guardrails: [] })).not.toContain('NaN');
  });

  it('is read from above: outcome, stages, odds, what would have changed it, and whether it computes', () => {
    const recomputed = {
      agrees: true,
      looks: 2,
      of: 2,
      largestDifference: 0,
      differences: [],
      unknown: ['cost: gone'],
    };
    const block = explanationBlock({ ...explanation, recomputed }, createPaint(false));
    expect(block).toContain('canary-5: fail, 2 checks – errors worse than stable');
    expect(block).toMatch(/errors +32 of 120 +– +81,000 : 1 +120 : 1/);
    expect(block).toContain('sample-1: the candidate refused');
    expect(block).toContain('not judged again: cost: gone');
    expect(block).toContain('2 of 2 checks judged again from their stored counts: the same');
    const differences = [{ stage: 'canary-5', look: 1, guardrail: 'errors', stored: 11.3, recomputed: null }];
    const apart = explanationBlock(
      { ...explanation, recomputed: { ...recomputed, agrees: false, differences } },
      createPaint(false),
    );
    expect(apart).toContain('errors at check 1 of canary-5: stored 11.3, recomputed nothing');
  });
});

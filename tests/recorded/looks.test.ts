import { z } from 'zod';
import { incrementsOfRow } from '../../activities/looks/judging/increments.ts';
import { judgeLooks } from '../../activities/looks/judging/judge-looks.ts';
import type { Plan } from '../../domain/release/plan.ts';
import { recordedRows } from './recorded.ts';

// The plan as it was stored: nothing that it lacks is made up.
const releaseSchema = z.looseObject({ id: z.string(), state: z.string(), plan: z.custom<Plan>() });
const lookSchema = z.looseObject({
  release_id: z.string(),
  stage: z.string(),
  look: z.number(),
  split_version: z.number(),
  counts: z.unknown().transform(incrementsOfRow),
  judgement: z.looseObject({
    fail: z.boolean(),
    confident: z.boolean(),
    absolute: z.string(),
    guardrails: z.array(z.looseObject({ name: z.string(), evidence: z.number() })),
  }),
});
const splitSchema = z.looseObject({ environment: z.string(), version: z.number(), weight: z.number() });

const weights = new Map(
  recordedRows('split_history', splitSchema)
    .filter(({ environment }) => environment === 'production')
    .map(({ version, weight }) => [version, weight]),
);
const evidence = recordedRows('evidence', lookSchema);
const withLooks = recordedRows('release', releaseSchema).filter(({ id }) =>
  evidence.some(({ release_id: release }) => release === id),
);

describe('looks that the code of a33d452 has taken', () => {
  it.each(withLooks)('are judged as they were: $state', ({ id, plan }) => {
    const rows = evidence.filter(({ release_id: release }) => release === id);
    for (const [i, { stage, split_version: splitVersion, judgement }] of rows.entries()) {
      const looks = rows.slice(0, i + 1).map(({ stage: of, counts }) => ({ ...counts, stage: of }));
      const judged = judgeLooks(
        looks,
        { plan, rules: 1 },
        {
          stage,
          splitVersion,
          minExposures: 1,
          weight: weights.get(splitVersion) ?? NaN,
        },
      );
      expect(judged).toMatchObject({
        fail: judgement.fail,
        confident: judgement.confident,
        absolute: judgement.absolute,
      });
      expect(judged.guardrails.map(({ name }) => name)).toEqual(judgement.guardrails.map(({ name }) => name));
      for (const [j, { evidence: stored }] of judgement.guardrails.entries()) {
        expect(Math.abs((judged.guardrails[j]?.evidence ?? NaN) - stored)).toBeLessThanOrEqual(1e-9);
      }
    }
    expect(rows.length).toBeGreaterThan(5);
  });
});

import { addArmCounts } from '../../../config-store/looks/arm-total.ts';
import { noArmCounts } from '../../../domain/guardrail/arm-counts.ts';
import { planSchema } from '../../../domain/release/plan.ts';
import { dryRuns } from './dry-runs.ts';
import { requireJudgeable } from './dry-run.ts';

const scope = { label: 'tenant', values: ['acme', 'initech'] };
const plan = planSchema.parse({ guardrails: { errors: { scope } } });

function reasonsOf(candidate: number, stable: number, weight: number): Record<string, string> {
  const total = (exposed: number) => {
    const settled = { exposed, bad: 0 };
    const counted = { short: settled, long: settled };
    return addArmCounts([{ ...noArmCounts(), guardrails: { 'errors@tenant=acme': counted } }], []);
  };
  const arms = { candidate: total(candidate), stable: total(stable), 'lease-expired': total(0) };
  const versions = [{ splitVersion: 1, arms, newSubjects: { candidate: 0, stable: 0 } }];
  const counting = { releaseId: 'r', shortHorizonMs: 1, longHorizonMs: 1 };
  return dryRuns(plan, { counting, versions, splitVersion: 1, heldMs: 0, weight });
}

it('says nothing of a segment that callers ask four times off the weight, and of no other', () => {
  const [key, why] = [
    'errors@tenant=acme',
    /^tenant=acme: callers sent 50 requests to the candidate and 950 to/,
  ];
  expect(reasonsOf(50, 950, 25)[key]).toMatch(why);
  expect(Object.keys(reasonsOf(50, 950, 25))).not.toContain('errors@tenant=initech');
  expect(reasonsOf(250, 750, 25)).not.toHaveProperty([key]);
  // A tenant of a few subjects falls on one arm by chance.
  expect(reasonsOf(0, 150, 25)).not.toHaveProperty([key]);
});

it('leaves a plan with segments one that can be judged', () => {
  expect(() => {
    requireJudgeable(plan, 'default');
    requireJudgeable({ ...plan, confidence: true }, 'careful');
  }).not.toThrow();
});

import fc from 'fast-check';
import { planSchema } from '../../domain/release/plan.ts';
import { judgedGuardrails } from '../../domain/guardrail/registry.ts';
import type { StageLook } from './due-looks.ts';
import { judgeLooks } from './judging/judge-looks.ts';

// DESIGN section 7, written down a second time as plainly as it can be, in ordinary numbers: nothing of analysis/ is
// used. What the judge says must be the same to 1e-12.

const plan = planSchema.parse({
  steps: [
    { weight: 5, hold: '10m' },
    { weight: 25, hold: '20m' },
    { weight: 100, hold: '30m' },
  ],
});
const holds: Record<string, number> = {
  'canary-5': 600_000,
  'canary-25': 1_200_000,
  'canary-100': 1_800_000,
};
const stages = Object.keys(holds);

interface Row {
  splitVersion: number;
  candidateExposed: number;
  candidateBad: number;
  stableExposed: number;
  stableBad: number;
}

/** E of one counter at one horizon: sum of w_j A_j, and R. */
function referenceE(
  looks: readonly { stage: string; elapsedMs: number; rows: readonly Row[] }[],
  rule: { ratio: number; floor: number; least: number },
): number {
  const { ratio: r, floor: delta } = rule;
  const first = r === 1 ? 1.15 : 1.3 * r;
  const rho = Array.from({ length: 32 }, (_, j) => first * (100 / first) ** (j / 31));
  const unscaled = rho.map((each) => (each / r) ** -0.25);
  const scale = unscaled.reduce((a, b) => a + b, 0);
  const a = rho.map(() => 0);
  let reserve = 1;
  const held: Record<string, number> = {};
  const open = new Map<number, Row>();
  const closedOnce = new Set<number>();
  for (const { stage, elapsedMs, rows } of looks) {
    const before = held[stage];
    const after = Math.min(holds[stage] ?? 0, (before ?? 0) + elapsedMs);
    const atStart = before !== undefined || holds[stage] === undefined ? 0 : stage === 'canary-5' ? 0.4 : 0.2;
    const due = atStart + (0.2 * (after - (before ?? 0))) / 3_600_000;
    held[stage] = after;
    const moved = Math.min(due, reserve);
    reserve -= moved;
    a.forEach((each, j) => (a[j] = each + moved));
    for (const row of rows) {
      const was = open.get(row.splitVersion) ?? {
        ...row,
        candidateExposed: 0,
        candidateBad: 0,
        stableExposed: 0,
        stableBad: 0,
      };
      const [nc, xc] = [was.candidateExposed + row.candidateExposed, was.candidateBad + row.candidateBad];
      const [ns, xs] = [was.stableExposed + row.stableExposed, was.stableBad + row.stableBad];
      open.set(row.splitVersion, {
        ...row,
        candidateExposed: nc,
        candidateBad: xc,
        stableExposed: ns,
        stableBad: xs,
      });
      if (nc < Math.max(2, closedOnce.has(row.splitVersion) ? 0 : rule.least) || ns < 1) continue;
      closedOnce.add(row.splitVersion);
      open.delete(row.splitVersion);
      const q = (ratio: number) => (ratio * nc) / (ratio * nc + ns);
      a.forEach((each, j) => {
        const up = q(rho[j]!) / q(r);
        const down = (1 - q(rho[j]!)) / (1 - q(r));
        a[j] = each * up ** xc * down ** xs * Math.exp(-nc * delta * (up - 1));
      });
    }
  }
  return a.reduce((sum, each, j) => sum + (unscaled[j]! / scale) * each, 0) + reserve;
}

const counters = judgedGuardrails(plan).flatMap(({ guardrail }) => guardrail.counters);
const row = fc.record({
  candidateExposed: fc.integer({ min: 0, max: 12 }),
  stableExposed: fc.integer({ min: 0, max: 40 }),
  candidateShare: fc.double({ min: 0, max: 1, noNaN: true }),
  stableShare: fc.double({ min: 0, max: 0.3, noNaN: true }),
});
const lookOf = fc.record({
  step: fc.nat(3),
  elapsedMs: fc.integer({ min: 0, max: 500_000 }),
  late: fc.boolean(),
  rows: fc.array(row, { minLength: 4 * counters.length, maxLength: 4 * counters.length }),
});

it('the evidence of every guardrail is that of the formulas, to 1e-12', () => {
  fc.assert(
    fc.property(fc.array(lookOf, { minLength: 1, maxLength: 12 }), (drawn) => {
      const looks = [...drawn]
        .sort((x, y) => x.step - y.step)
        .map(({ step, elapsedMs, late, rows }): StageLook => {
          const counted = (i: number, splitVersion: number) => {
            const { candidateExposed, stableExposed, candidateShare, stableShare } = rows[i]!;
            const candidateBad = Math.round(candidateShare * candidateExposed);
            const stableBad = Math.round(stableShare * stableExposed);
            return { splitVersion, candidateExposed, candidateBad, stableExposed, stableBad, elapsedMs: 0 };
          };
          const horizon = (i: number) => [
            ...(late && step > 0 ? [counted(i, step)] : []),
            { ...counted(i + 1, step + 1), elapsedMs },
          ];
          const of = counters.map(
            (name, i) => [name, { short: horizon(4 * i), long: horizon(4 * i + 2) }] as const,
          );
          return { stage: stages[step] ?? 'full', elapsedMs, dryRuns: {}, counters: Object.fromEntries(of) };
        });
      const present = { splitVersion: 9, weight: 5, stage: 'canary-5', minExposures: 50 };
      const judged = judgeLooks(looks, { plan, rules: 2 }, present);
      for (const { guardrail, rule } of judgedGuardrails(plan)) {
        const at = (horizon: 'short' | 'long') => {
          const es = guardrail.counters.map((counter) =>
            referenceE(
              looks.map((look) => ({ ...look, rows: look.counters[counter]![horizon] })),
              { ...rule, least: guardrail.leastUnits?.[counter] ?? 0 },
            ),
          );
          return es.reduce((sum, e) => sum + e, 0) / es.length;
        };
        const expected = Math.log(Math.max(at('short'), at('long')) / 2);
        const { evidence } = judged.guardrails.find(({ name }) => name === guardrail.name)!;
        expect(Math.abs(evidence - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
      }
    }),
    { numRuns: 60 },
  );
});

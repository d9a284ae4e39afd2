// DESIGN section 7: do the two horizons decide by their mean, or by the larger of their halves? One guardrail of four
// (share 1/4, the others' evidence 1), looks of 2 s at 20 requests a second; a bad event is known after the short
// horizon with probability `early`, else after the long one, 27 looks later. Candidate requests to the alarm.
import { createBadEventTest, type LookCounts } from '../../analysis/guardrails/bad-event-test.ts';
import { repeat } from './canary-traffic.ts';
import { createRandom, quantile, type Random } from './random.ts';

const runs = 200;
const perLook = 40;
const lateByLooks = 27;
const looks = 1000;
const rules = {
  mean: ([short, long]: [number, number]) => (0.25 * (short + long)) / 2 + 0.75,
  'larger half': ([short, long]: [number, number]) => Math.max(0.25 * short + 0.75, 0.25 * long + 0.75) / 2,
} as const;
type Rule = keyof typeof rules;

interface Setting {
  random: Random;
  weight: number;
  early: number;
  ratio: number;
  times: number;
}

/** The candidate requests up to each rule's alarm, on the same traffic; Infinity where there is none. */
function runBoth({ random, weight, early, ratio, times }: Setting): Record<Rule, number> {
  const options = { ratio, floor: 0 };
  const [short, long] = [createBadEventTest(options), createBadEventTest(options)];
  const seen: LookCounts[] = [];
  const alarms: Record<Rule, number> = { mean: Infinity, 'larger half': Infinity };
  let candidateRequests = 0;
  for (let look = 0; look < looks && Math.max(...Object.values(alarms)) === Infinity; look++) {
    const candidateExposed = random.binomial(perLook, weight);
    const stableExposed = perLook - candidateExposed;
    const candidateBad = random.binomial(candidateExposed, Math.min(1, 0.01 * times));
    const stableBad = random.binomial(stableExposed, 0.01);
    const [candidateEarly, stableEarly] = [
      random.binomial(candidateBad, early),
      random.binomial(stableBad, early),
    ];
    const due = look === 0 ? 0.8 : 0;
    const counts = { splitVersion: 1, candidateExposed, stableExposed, elapsedMs: 0, due };
    short.observe({ ...counts, candidateBad: candidateEarly, stableBad: stableEarly });
    seen.push({ ...counts, candidateBad, stableBad });
    const settled = seen[look - lateByLooks];
    if (settled !== undefined) long.observe(settled);
    candidateRequests += candidateExposed;
    const es: [number, number] = [
      Math.exp(Math.min(600, short.logE())),
      Math.exp(Math.min(600, long.logE())),
    ];
    for (const rule of ['mean', 'larger half'] as const) {
      if (rules[rule](es) >= 20) alarms[rule] = Math.min(alarms[rule], candidateRequests);
    }
  }
  return alarms;
}

const random = createRandom(51);
for (const weight of [0.05, 0.5]) {
  for (const early of [1, 0.7, 0]) {
    for (const [ratio, times] of [
      [1, 1],
      [1.25, 1.25],
      [1.25, 2],
      [1.25, 5],
      [1.25, 20],
    ] as const) {
      const found = repeat(runs, () => runBoth({ random, weight, early, ratio, times }));
      const text = (['mean', 'larger half'] as const).map((rule) => {
        const alarms = found.map((each) => each[rule]).filter((at) => at < Infinity);
        const share = ((100 * alarms.length) / runs).toFixed(1);
        return `${rule} ${share} %, median ${alarms.length === 0 ? '-' : quantile(alarms, 0.5)}`;
      });
      console.log(`w ${weight}, early ${early}, r ${ratio}, x${times}: ${text.join('; ')}`);
    }
  }
}

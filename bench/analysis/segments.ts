// DESIGN section 7, issue 13: one segment of 10 % of the traffic is worse, and the guardrail is judged on the whole alone,
// or by half of its share over so many segments; beside the best test of a fixed size that knows which segment it is.
// `node bench/analysis/segments.ts [runs]`
import { averageEvidence } from '../../analysis/numbers/average-evidence.ts';
import { createBadEventTest, type LookCounts } from '../../analysis/guardrails/bad-event-test.ts';
import { repeat } from './canary-traffic.ts';
import { createRandom, quantile } from './random.ts';

const runs = Number(process.argv[2] ?? 400);
const random = createRandom(1309);
const rule = { ratio: 1.25, floor: 0.0005 };
const share = 1 / 6;
/** Either horizon has a half of the guardrail's share. */
const logThreshold = Math.log(2 / (0.05 * share));
/** What of the mass a plan of three steps has in its first. */
const due = 0.4;

/** A part of the traffic, with the rates of both arms. */
interface Part {
  readonly ofTraffic: number;
  readonly stableRate: number;
  readonly candidateRate: number;
}

/** One release: parts of the traffic, of which the first `judged` are segments. Gives the evidence after each look. */
function startRelease(parts: readonly Part[], judged: number, weight: number, perLook: number) {
  const whole = createBadEventTest(rule);
  const segments = Array.from({ length: judged }, () => createBadEventTest(rule));
  let look = 0;
  let ofFirst = 0;
  return {
    look() {
      const entering = look++ === 0 ? due : 0;
      const counted = parts.map((part) => countsOf(part, weight, perLook, entering));
      ofFirst += counted[0]?.candidateExposed ?? 0;
      for (const [i, segment] of segments.entries()) segment.observe(counted[i] ?? noneOf(entering));
      whole.observe(counted.reduce(plus));
      const logE = whole.logE();
      if (segments.length === 0) return logE;
      return averageEvidence([logE, averageEvidence(segments.map((segment) => segment.logE()))]);
    },
    /** The candidate's requests of the first part so far. */
    ofFirst: () => ofFirst,
  };
}

function countsOf(
  { ofTraffic, stableRate, candidateRate }: Part,
  weight: number,
  perLook: number,
  entering: number,
): LookCounts {
  const requests = random.binomial(perLook, ofTraffic);
  const candidateExposed = random.binomial(requests, weight);
  const stableExposed = requests - candidateExposed;
  return {
    ...noneOf(entering),
    ...{ candidateExposed, candidateBad: random.binomial(candidateExposed, candidateRate) },
    ...{ stableExposed, stableBad: random.binomial(stableExposed, stableRate) },
  };
}

function noneOf(entering: number): LookCounts {
  const nothing = { candidateExposed: 0, candidateBad: 0, stableExposed: 0, stableBad: 0 };
  return { ...nothing, splitVersion: 1, elapsedMs: 0, due: entering };
}

function plus(a: LookCounts, b: LookCounts): LookCounts {
  return {
    ...a,
    candidateExposed: a.candidateExposed + b.candidateExposed,
    candidateBad: a.candidateBad + b.candidateBad,
    stableExposed: a.stableExposed + b.stableExposed,
    stableBad: a.stableBad + b.stableBad,
  };
}

/** Ten equal parts, of which the first is `times` as bad on the candidate. */
function oneWorse(base: number, times: number): Part[] {
  return Array.from({ length: 10 }, (_, i) => ({
    ...{ ofTraffic: 0.1, stableRate: base },
    candidateRate: Math.min(1, base * (i === 0 ? times : 1)),
  }));
}

/** Candidate requests of the worse segment until it is taken back, over runs; Infinity where that takes too long. */
function found(parts: readonly Part[], judged: number, weight: number, most: number): number[] {
  const perLook = Math.max(10, Math.round(1 / weight / 0.1));
  const taken = repeat(runs, () => {
    const release = startRelease(parts, judged, weight, perLook);
    while (release.ofFirst() < most) if (release.look() >= logThreshold) return release.ofFirst();
    return Infinity;
  });
  return taken.sort((a, b) => a - b);
}

/**
 * The best test of a fixed size for one segment that is known: given how many were bad in both arms, how many of them are
 * the candidate's is binomial, q(r) at the margin; exact, one-sided, at the guardrail's share of alpha.
 *
 * @returns candidate requests of the segment that find it with a chance of 80 %
 */
function fixedSize(base: number, times: number, weight: number): number {
  const odds = (rho: number): number => (rho * weight) / (rho * weight + 1 - weight);
  const allowed = (rule.ratio * base + rule.floor) / base;
  const [q0, q1] = [odds(allowed), odds(times)];
  for (let bad = 1; bad < 100_000; bad += 1) {
    const critical = criticalCount(bad, q0, 0.05 * share);
    if (critical <= bad && upperTail(bad, critical, q1) >= 0.8) {
      const perCandidate = base * times + (base * (1 - weight)) / weight;
      return Math.ceil(bad / perCandidate);
    }
  }
  return Infinity;
}

function criticalCount(n: number, q: number, alpha: number): number {
  let tail = 0;
  for (let k = n; k >= 0; k -= 1) {
    tail += Math.exp(logBinomial(n, k) + k * Math.log(q) + (n - k) * Math.log1p(-q));
    if (tail > alpha) return k + 1;
  }
  return 0;
}

function upperTail(n: number, from: number, q: number): number {
  let tail = 0;
  for (let k = from; k <= n; k += 1)
    tail += Math.exp(logBinomial(n, k) + k * Math.log(q) + (n - k) * Math.log1p(-q));
  return tail;
}

const logFactorials: number[] = [0];
function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i += 1)
    logFactorials.push((logFactorials[i - 1] ?? 0) + Math.log(i));
  return logFactorials[n] ?? 0;
}
function logBinomial(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** At the margin in every part, whose base rates differ; or equal arms: how often a release is taken back. */
function falseAlarms(atMargin: boolean, judged: number, alpha: number): number {
  const rates = [0.001, 0.003, 0.01, 0.01, 0.02, 0.05, 0.05, 0.1, 0.1, 0.2];
  const parts = rates.map((stableRate) => ({
    ...{ ofTraffic: 0.1, stableRate },
    candidateRate: atMargin ? stableRate * rule.ratio + rule.floor : stableRate,
  }));
  const taken = repeat(runs * 5, () => {
    const release = startRelease(parts, judged, 0.25, 400);
    for (let look = 0; look < 100; look += 1) if (release.look() >= Math.log(1 / alpha)) return 1;
    return undefined;
  });
  return taken.length / (runs * 5);
}

for (const weight of [0.05, 0.25, 0.5]) {
  for (const [base, times] of [
    [0.01, 5],
    [0.01, 20],
    [0.05, 3],
    [0.05, 5],
    [0.05, 10],
  ] as const) {
    const fixed = fixedSize(base, times, weight);
    const cells = [0, 1, 3, 10].map((judged) => {
      const sorted = found(oneWorse(base, times), judged, weight, 12 * fixed);
      const [median, most] = [quantile(sorted, 0.5), quantile(sorted, 0.8)];
      const text = (n: number): string => (Number.isFinite(n) ? String(n) : `over ${12 * fixed}`);
      return `${judged} segments ${text(median)} (${(median / fixed).toFixed(2)}), 80 % ${text(most)}`;
    });
    console.log(
      `w ${weight * 100} %, base ${base * 100} %, x${times}: fixed ${fixed} | ${cells.join(' | ')}`,
    );
  }
}
for (const atMargin of [true, false])
  for (const judged of [0, 1, 10])
    console.log(
      `${atMargin ? 'at the margin' : 'equal'}, ${judged} segments, alpha 5 %: ${(100 * falseAlarms(atMargin, judged, 0.05)).toFixed(2)} %`,
    );

// STATISTICS.md in small, so that a change of the rules that breaks them is seen by `npm test`; the scripts beside this
// file do the same with more runs. Seeds are fixed, so each figure below either holds or does not.
import { createBadEventTest, type EvidenceProcess } from '../../analysis/guardrails/bad-event-test.ts';
import { createNoWorseTest } from '../../analysis/guardrails/no-worse-test.ts';
import { checkSplit } from '../../analysis/guardrails/split-check.ts';
import { type LookPlan, repeat, runCanary } from './canary-traffic.ts';
import { createRandom, quantile } from './random.ts';
import { runLatency, type LatencyRun } from './latency-traffic.ts';
import { runCriticalSuite } from './suite-runs.ts';

const holdMs = 2 * 60 * 60_000;
const fivePercentOfSix = Math.log(120);

interface Rule {
  ratio?: number;
  floor?: number;
  totalHoldMs?: number;
}

function badEvents({ ratio = 1.25, floor = 0, totalHoldMs = Infinity }: Rule): () => EvidenceProcess {
  return () => createBadEventTest({ ratio, floor, totalHoldMs });
}

function alarms(
  seed: number,
  runs: number,
  logThreshold: number,
  looks: number,
  test = badEvents({}),
  plan: (look: number) => LookPlan,
) {
  const random = createRandom(seed);
  return repeat(runs, () => runCanary({ random, test: test(), logThreshold, looks, plan }));
}

/** Three standard errors above the share that is allowed. */
function atMost(share: number, runs: number): number {
  return runs * share + 3 * Math.sqrt(runs * share * (1 - share));
}

describe('false alarms at the margin stay below alpha (STATISTICS 1)', () => {
  it.each([
    [0.01, 1, 0.05],
    [0.05, 1.25, 0.25],
    [0.5, 2, 0.5],
  ])('stable %p, ratio %p, weight %p', (stableRate, ratio, weight) => {
    const looks = 400;
    const plan = {
      weight,
      requests: 100,
      stableRate,
      candidateRate: ratio * stableRate,
      elapsedMs: holdMs / looks,
    };
    const test = badEvents({ ratio, totalHoldMs: holdMs });
    const found = alarms(21, 250, Math.log(20), looks, test, () => plan);
    expect(found.length).toBeLessThanOrEqual(atMost(0.05, 250));
  });

  it('with incidents that both arms share', () => {
    const incident = (look: number) => (look % 120 < 6 ? 0.5 : 0.01);
    const test = badEvents({ ratio: 1, totalHoldMs: holdMs });
    const found = alarms(22, 250, Math.log(20), 480, test, (look) => ({
      weight: 0.25,
      requests: 50,
      stableRate: incident(look),
      candidateRate: incident(look),
      elapsedMs: holdMs / 480,
    }));
    expect(found.length).toBeLessThanOrEqual(atMost(0.05, 250));
  });

  it('at ratio x stable + floor', () => {
    const plan = { weight: 0.05, requests: 400, stableRate: 0.001, candidateRate: 0.00225 };
    const test = badEvents({ floor: 0.001 });
    expect(alarms(23, 250, Math.log(20), 400, test, () => plan).length).toBeLessThanOrEqual(
      atMost(0.05, 250),
    );
  });
});

describe('regressions are found (STATISTICS 2)', () => {
  it('1 -> 5 % at weight 5 % after about 204 candidate requests, with the floor 211', () => {
    const plan = { weight: 0.05, requests: 20, stableRate: 0.01, candidateRate: 0.05 };
    const medians = [0, 0.0005].map((floor) => {
      const found = alarms(24, 1000, fivePercentOfSix, 10_000, badEvents({ floor }), () => plan);
      expect(found).toHaveLength(1000);
      return quantile(
        found.map(({ candidateRequests }) => candidateRequests),
        0.5,
      );
    });
    expect(medians[0]).toBeGreaterThan(185);
    expect(medians[0]).toBeLessThan(225);
    expect(medians[1]).toBeLessThan(235);
  });

  it('a total outage after 4 to 6 candidate requests, within 20 seconds at looks of 2 s', () => {
    const plan = { weight: 0.05, requests: 20, stableRate: 0.01, candidateRate: 1 };
    const found = alarms(25, 1000, fivePercentOfSix, 1000, badEvents({ floor: 0.0005 }), () => plan);
    const requests = found.map(({ candidateRequests }) => candidateRequests);
    expect(quantile(requests, 0.5)).toBeGreaterThanOrEqual(4);
    expect(quantile(requests, 0.5)).toBeLessThanOrEqual(6);
    expect(found.filter(({ looks }) => looks <= 10).length).toBeGreaterThan(970);
  });

  it('one that starts late, much sooner with restarts than without', () => {
    const change = 900;
    const plan = (look: number) => ({
      weight: 0.25,
      requests: 40,
      stableRate: 0.01,
      candidateRate: look < change ? 0.01 : 0.05,
      elapsedMs: holdMs / 3600,
    });
    const afterChange = [Infinity, holdMs].map((totalHoldMs) => {
      const found = alarms(26, 150, fivePercentOfSix, 3600, badEvents({ totalHoldMs }), plan);
      return quantile(
        found.map(({ looks }) => looks - change),
        0.5,
      );
    });
    expect(afterChange[1]).toBeLessThan(0.8 * afterChange[0]!);
  });
});

describe('the reverse test (STATISTICS 4)', () => {
  const noWorse = () => createNoWorseTest({ tolerance: 2, floor: 0 });

  it('shows an equal candidate after about 4,000 requests at 5 %, weight 5 %', () => {
    const plan = { weight: 0.05, requests: 100, stableRate: 0.05, candidateRate: 0.05 };
    const found = alarms(27, 300, Math.log(20), 1000, noWorse, () => plan);
    const median = quantile(
      found.map(({ requests }) => requests),
      0.5,
    );
    expect(median).toBeGreaterThan(3300);
    expect(median).toBeLessThan(4700);
  });

  it('passes one at the tolerance in at most 5 %', () => {
    const plan = { weight: 0.25, requests: 100, stableRate: 0.05, candidateRate: 0.1 };
    expect(alarms(28, 400, Math.log(20), 600, noWorse, () => plan).length).toBeLessThanOrEqual(
      atMost(0.05, 400),
    );
  });
});

describe('latency relative to stable', () => {
  const found = (seed: number, more: Pick<LatencyRun, 'slower' | 'times'>) => {
    const random = createRandom(seed);
    const canary = { weight: 0.25, subjects: 4_000, subjectSd: 0.4, looks: 30 };
    return repeat(25, () => runLatency({ random, ...canary, ...more }));
  };

  it('takes no equal arm back', () => {
    expect(found(31, { slower: 1, times: 1.5625 })).toEqual([]);
  });

  it('finds what is slower than the plan allows: 45 times at once, 1.5 times where it says 1.1', () => {
    const atOnce = found(33, { slower: 45, times: 1.5625 });
    expect(atOnce).toHaveLength(25);
    expect(quantile(atOnce, 0.5)).toBeLessThanOrEqual(30);
    expect(found(34, { slower: 1.5, times: 1.1 }).length).toBeGreaterThan(15);
  });
});

describe('the split check (STATISTICS 9, invariant 16)', () => {
  function found(seed: number, lost: number, looks: number): boolean {
    const random = createRandom(seed);
    let [candidateSubjects, stableSubjects] = [0, 0];
    for (let look = 0; look < looks; look++) {
      const candidate = random.binomial(100, 0.05);
      candidateSubjects += random.binomial(candidate, 1 - lost);
      stableSubjects += 100 - candidate;
      if (!checkSplit({ weight: 0.05, candidateSubjects, stableSubjects }).agrees) return true;
    }
    return false;
  }
  const seeds = Array.from({ length: 300 }, (_, i) => i + 1);

  it('leaves a right split alone over 360 looks', () => {
    expect(seeds.filter((seed) => found(seed, 0, 360)).length).toBeLessThanOrEqual(1);
  });

  it('finds one that loses 30 % of the candidate', () => {
    expect(seeds.every((seed) => found(seed, 0.3, 360))).toBe(true);
  });
});

describe('critical cases (STATISTICS 8)', () => {
  function outcomes(seed: number, runs: number, odd: number, rest: number) {
    const random = createRandom(seed);
    const probabilities = [odd, ...Array.from({ length: 49 }, () => rest)];
    const judged = Array.from({ length: runs }, () => runCriticalSuite(random, probabilities).outcome);
    const share = (name: string) => judged.filter((outcome) => outcome === name).length / runs;
    return { pass: share('pass'), block: share('block') };
  }

  it('block hardly any suite of 50 that passes 95 % of the time', () => {
    const { pass, block } = outcomes(29, 400, 0.95, 0.95);
    expect(block).toBeLessThan(0.01);
    expect(pass).toBeGreaterThan(0.85);
  });

  it('find one case at 0.5 among 49 good ones', () => {
    const { pass, block } = outcomes(30, 400, 0.5, 0.99);
    expect(block).toBeGreaterThan(0.7);
    expect(pass).toBeLessThan(0.09);
  });
});

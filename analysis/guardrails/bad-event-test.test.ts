import fc from 'fast-check';
import { SluiceError } from '../../domain/errors.ts';
import {
  badEventEvidence,
  createBadEventTest,
  logFactor,
  type BadEventState,
  type LookCounts,
} from './bad-event-test.ts';
import { binomialProbability, look } from '../../tests/support/look-counts.ts';

const oneStart = { ratio: 1.25, floor: 0, totalHoldMs: Infinity };

describe('the factor of a look', () => {
  it('is a^x_c b^x_s exp(-n_c delta (a - 1)), computed by hand', () => {
    // q(2) = 20/110 and q(1) = 10/100: a = 20/11, b = 10/11.
    const counts = { candidateExposed: 10, candidateBad: 3, stableExposed: 90, stableBad: 4 };
    const expected = 3 * Math.log(20 / 11) + 4 * Math.log(10 / 11) - 10 * 0.01 * (20 / 11 - 1);
    expect(logFactor(counts, 2, 1, 0.01)).toBeCloseTo(expected, 12);
  });

  it('has expectation at most 1 at the margin for any base rate, ratio, floor and arms', () => {
    const cases = fc.record({
      n: fc.integer({ min: 1, max: 7 }),
      m: fc.integer({ min: 1, max: 7 }),
      stableRate: fc.double({ min: 0, max: 1, noNaN: true }),
      ratio: fc.double({ min: 1, max: 5, noNaN: true }),
      floor: fc.double({ min: 0, max: 0.2, noNaN: true }),
      times: fc.double({ min: 1.01, max: 50, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ n, m, stableRate, ratio, floor, times }) => {
        const candidateRate = Math.min(1, ratio * stableRate + floor);
        const expectation = expectedEvidence(n, m, candidateRate, stableRate, (counts) =>
          logFactor(counts, ratio * times, ratio, floor),
        );
        expect(expectation).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });
});

describe('the evidence of all looks', () => {
  it.each([{}, { totalHoldMs: 1000 }])('goes on from its state as if it had not been left %p', (form) => {
    const counts = fc.tuple(fc.nat(5), fc.nat(5), fc.nat(50), fc.integer({ min: 1, max: 3 }));
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 12 }), (all) => {
        const options = { ratio: 1.25, floor: 0.001, leastUnits: 4, ...form };
        const whole = createBadEventTest(options);
        let resumed = createBadEventTest(options);
        for (const [candidateBad, stableBad, more, splitVersion] of all) {
          const exposed = { candidateExposed: candidateBad + (more % 7), stableExposed: stableBad + more };
          const next = {
            ...look({ candidateBad, stableBad, ...exposed, splitVersion, elapsedMs: 90 }),
            due: 0.1,
          };
          whole.observe(next);
          resumed = createBadEventTest(options, JSON.parse(JSON.stringify(resumed.state())) as BadEventState);
          resumed.observe(next);
          expect(Math.abs(resumed.logE() - whole.logE())).toBeLessThanOrEqual(1e-12);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has expectation at most 1 over two looks with restarts, weights and rates that move', () => {
    const options = { ratio: 1.25, floor: 0.01, totalHoldMs: 1000 };
    const rates = [0.1, 0.5] as const;
    let expectation = 0;
    forEachLook(3, 2, rates[0], options, (first, p) => {
      forEachLook(2, 4, rates[1], options, (second, q) => {
        const looks = [
          { ...first, splitVersion: 1, elapsedMs: 300 },
          { ...second, splitVersion: 2, elapsedMs: 500 },
        ];
        expectation += p * q * Math.exp(badEventEvidence(looks, options).logE);
      });
    });
    expect(expectation).toBeLessThanOrEqual(1 + 1e-9);
    expect(expectation).toBeGreaterThan(0.5);
  });

  it('starts at 1, and looks without exposures leave it there', () => {
    expect(badEventEvidence([], oneStart).logE).toBeCloseTo(0, 12);
    expect(badEventEvidence([look({}), look({ elapsedMs: 500 })], oneStart).logE).toBeCloseTo(0, 12);
  });

  it('grows with bad events of the candidate and shrinks with those of stable', () => {
    const counts = fc.tuple(
      fc.nat(20),
      fc.nat(20),
      fc.integer({ min: 21, max: 5000 }),
      fc.integer({ min: 21, max: 5000 }),
    );
    fc.assert(
      fc.property(counts, ([candidateBad, stableBad, candidateExposed, stableExposed]) => {
        const base = look({ candidateExposed, candidateBad, stableExposed, stableBad });
        const { logE } = badEventEvidence([base], oneStart);
        const worse = badEventEvidence([{ ...base, candidateBad: candidateBad + 1 }], oneStart).logE;
        const better = badEventEvidence([{ ...base, stableBad: stableBad + 1 }], oneStart).logE;
        expect(worse).toBeGreaterThan(logE);
        expect(better).toBeLessThan(logE);
      }),
    );
  });

  it('waits until a look has two candidate exposures and one of stable', () => {
    const one = look({ candidateExposed: 1, candidateBad: 1, stableExposed: 10 });
    const alone = look({ candidateExposed: 5, candidateBad: 5 });
    expect(badEventEvidence([one], oneStart).logE).toBeCloseTo(0, 12);
    expect(badEventEvidence([alone], oneStart).logE).toBeCloseTo(0, 12);
    const both = look({ candidateExposed: 2, candidateBad: 2, stableExposed: 20 });
    expect(badEventEvidence([one, one], oneStart)).toEqual(badEventEvidence([both], oneStart));
  });

  it('waits under each split version for the least units that it is given, and then goes on as ever', () => {
    const ten = look({ candidateExposed: 10, candidateBad: 10, stableExposed: 90, stableBad: 9 });
    const options = { ...oneStart, leastUnits: 20 };
    expect(badEventEvidence([ten], options).logE).toBeCloseTo(0, 12);
    const twenty = { ...ten, candidateExposed: 20, candidateBad: 20, stableExposed: 180, stableBad: 18 };
    expect(badEventEvidence([ten, ten], options)).toEqual(badEventEvidence([twenty], oneStart));
    expect(badEventEvidence([ten, ten, ten], options)).toEqual(badEventEvidence([twenty, ten], oneStart));
    const other = badEventEvidence([ten, ten, { ...ten, splitVersion: 2 }], options);
    expect(other).toEqual(badEventEvidence([twenty], oneStart));
  });

  it('never adds the counts of two split versions', () => {
    const first = look({ candidateExposed: 1, candidateBad: 1, stableExposed: 10 });
    const other = { ...first, splitVersion: 2 };
    expect(badEventEvidence([first, other], oneStart).logE).toBeCloseTo(0, 12);
    // Arms that are equal at 5 % and equal at 1 % are far apart in the sums (Simpson's paradox).
    const busy = look({
      candidateExposed: 50_000,
      candidateBad: 2500,
      stableExposed: 150_000,
      stableBad: 7500,
    });
    const quiet = look({
      candidateExposed: 10_000,
      candidateBad: 100,
      stableExposed: 190_000,
      stableBad: 1900,
    });
    expect(badEventEvidence([busy, { ...quiet, splitVersion: 2 }], oneStart).logE).toBeLessThan(0);
    const pooled = look({
      candidateExposed: 60_000,
      candidateBad: 2600,
      stableExposed: 340_000,
      stableBad: 9400,
    });
    expect(badEventEvidence([pooled], oneStart).logE).toBeGreaterThan(Math.log(20));
  });

  it('moves the reserve in as the hold goes by, and keeps what it has', () => {
    const good = Array.from({ length: 100 }, () =>
      look({ candidateExposed: 100, candidateBad: 1, stableExposed: 1900, stableBad: 19, elapsedMs: 10 }),
    );
    const bad = look({
      candidateExposed: 100,
      candidateBad: 8,
      stableExposed: 1900,
      stableBad: 19,
      elapsedMs: 10,
    });
    const restarting = { ...oneStart, totalHoldMs: 2000 };
    const late = [...good, bad, bad];
    expect(badEventEvidence(late, restarting).logE).toBeGreaterThan(
      badEventEvidence(late, oneStart).logE + 0.5,
    );
    // The reserve alone holds 0.2 exp(-1/2) after half of the hold, spent on neither side.
    const after = badEventEvidence([look({ elapsedMs: 1000 })], restarting).logE;
    expect(after).toBeCloseTo(0, 12);
  });

  it('starts whole where the plan holds no time at all', () => {
    const bad = look({ candidateExposed: 10, candidateBad: 10, stableExposed: 90 });
    const logE = badEventEvidence([bad], { ...oneStart, totalHoldMs: 0 }).logE;
    expect(logE).toBeCloseTo(badEventEvidence([bad], oneStart).logE - Math.log(0.8), 6);
  });

  it.each([
    [0.01, 2],
    [0.05, 3],
    [0.25, 6],
    [0.5, 11],
  ])(
    'with stable at zero and weight %p takes the candidate back after %p failures (STATISTICS 5)',
    (weight, failures) => {
      const logE = (candidateBad: number) =>
        badEventEvidence(
          [look({ candidateExposed: 1e6 * weight, candidateBad, stableExposed: 1e6 * (1 - weight) })],
          oneStart,
        ).logE;
      expect(logE(failures)).toBeGreaterThanOrEqual(Math.log(120));
      expect(logE(failures - 1)).toBeLessThan(Math.log(120));
    },
  );

  it('stays finite with huge counts and can only be read as numbers', () => {
    const huge = look({ candidateExposed: 1e15, candidateBad: 1e15, stableExposed: 1e15 });
    const { logE } = badEventEvidence([huge, huge], oneStart);
    expect(Number.isFinite(logE)).toBe(true);
    expect(logE).toBeGreaterThan(1e14);
    const clean = look({ candidateExposed: 1e15, stableExposed: 1e15, stableBad: 1e15 });
    // What the test has lost, it has lost; the reserve is what is left.
    expect(badEventEvidence([clean], oneStart).logE).toBeCloseTo(Math.log(0.2), 12);
  });

  it('gives the same result look by look', () => {
    const looks = [
      look({ candidateExposed: 3, candidateBad: 2, stableExposed: 9, elapsedMs: 7 }),
      look({ elapsedMs: 3 }),
    ];
    const options = { ...oneStart, totalHoldMs: 100 };
    const test = createBadEventTest(options);
    looks.forEach((one) => {
      test.observe(one);
    });
    expect(test.logE()).toBe(badEventEvidence(looks, options).logE);
  });

  it.each<Partial<LookCounts>>([
    { candidateExposed: 1, candidateBad: 2 },
    { stableExposed: -1 },
    { stableExposed: NaN },
    { candidateExposed: Infinity },
    { elapsedMs: -1 },
    { elapsedMs: NaN },
  ])('refuses the impossible counts %p as a broken measurement', (counts) => {
    expect(() => badEventEvidence([look(counts)], oneStart)).toThrow(SluiceError);
  });

  it.each([
    { ratio: 0.9 },
    { ratio: 60 },
    { ratio: NaN },
    { floor: -0.1 },
    { floor: 1 },
    { totalHoldMs: -1 },
  ])('refuses the option %p', (option) => {
    expect(() => badEventEvidence([], { ...oneStart, ...option })).toThrow(RangeError);
  });
});

function expectedEvidence(
  n: number,
  m: number,
  candidateRate: number,
  stableRate: number,
  logE: (counts: LookCounts) => number,
): number {
  let expectation = 0;
  for (let candidateBad = 0; candidateBad <= n; candidateBad++) {
    for (let stableBad = 0; stableBad <= m; stableBad++) {
      const p =
        binomialProbability(n, candidateBad, candidateRate) * binomialProbability(m, stableBad, stableRate);
      if (p > 0)
        expectation +=
          p * Math.exp(logE(look({ candidateExposed: n, candidateBad, stableExposed: m, stableBad })));
    }
  }
  return expectation;
}

function forEachLook(
  n: number,
  m: number,
  stableRate: number,
  { ratio, floor }: { ratio: number; floor: number },
  visit: (counts: LookCounts, probability: number) => void,
): void {
  const candidateRate = Math.min(1, ratio * stableRate + floor);
  for (let candidateBad = 0; candidateBad <= n; candidateBad++) {
    for (let stableBad = 0; stableBad <= m; stableBad++) {
      const p =
        binomialProbability(n, candidateBad, candidateRate) * binomialProbability(m, stableBad, stableRate);
      visit(look({ candidateExposed: n, candidateBad, stableExposed: m, stableBad }), p);
    }
  }
}

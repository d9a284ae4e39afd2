import fc from 'fast-check';
import { decideGate, type GateCase, type GateInput, nextRepeats } from './gate-decision.ts';

function suite(count: number, change: Partial<GateCase> = {}): GateCase[] {
  const base = { critical: false, candidate: [1], stable: [1], errors: 0 };
  return Array.from({ length: count }, (_, i) => ({ ...base, id: `case-${i}`, ...change }));
}

function gate(cases: readonly GateCase[], change: Partial<GateInput> = {}): GateInput {
  return {
    cases,
    minPassRate: 0.9,
    margin: 0.1,
    criticalPolicy: 'sequential',
    looksTaken: 1,
    maxRepeats: 5,
    ...change,
  };
}

const ids = (count: number) => Array.from({ length: count }, (_, i) => `case-${i}`);

describe('decideGate', () => {
  it('passes a suite that passes, and says nothing against it', () => {
    const decision = decideGate(gate(suite(48)));
    expect(decision).toMatchObject({
      outcome: 'pass',
      reasons: [],
      absolute: { rate: 1, units: 48 },
    });
  });

  it('is inconclusive where the cases are too few for the rate that is asked for', () => {
    const rate = {
      code: 'pass_rate_uncertain',
      message: expect.stringContaining('at least 48 cases') as string,
    };
    expect(decideGate(gate(suite(47), { margin: 0.5 }))).toMatchObject({
      outcome: 'inconclusive',
      reasons: [rate],
    });
  });

  it('is inconclusive where the cases are too few for the margin, though none differs', () => {
    const difference = {
      code: 'difference_uncertain',
      message: expect.stringContaining('at least 48 cases') as string,
    };
    expect(decideGate(gate(suite(47), { minPassRate: 0.5 }))).toMatchObject({
      outcome: 'inconclusive',
      reasons: [difference],
    });
    // Five cases of which none differs say nothing of 2 points, at whichever look.
    for (const looksTaken of [1, 2, 3]) {
      const five = suite(5, { candidate: [1, 1, 1, 1, 1], stable: [1, 1, 1, 1, 1] });
      expect(decideGate(gate(five, { margin: 0.02, minPassRate: 0, looksTaken })).outcome).toBe(
        'inconclusive',
      );
    }
  });

  it('blocks a pass rate that is surely too low', () => {
    const cases = [...suite(40), ...suite(20, { candidate: [0], stable: [0] })];
    expect(decideGate(gate(cases))).toMatchObject({ outcome: 'block', reasons: [{ code: 'pass_rate_low' }] });
  });

  it('blocks a candidate that is worse than stable though its rate would do', () => {
    const cases = [...suite(380), ...suite(20, { candidate: [0] })];
    const decision = decideGate(gate(cases, { margin: 0.02 }));
    expect(decision.absolute.outcome).toBe('pass');
    expect(decision.relative).toMatchObject({ outcome: 'block', estimate: -0.05 });
    expect(decision).toMatchObject({ outcome: 'block', reasons: [{ code: 'worse_than_stable' }] });
  });

  it('lets no pass rate outvote a critical case (invariant 13)', () => {
    const critical = { id: 'fraud', critical: true, candidate: [0, 0, 0, 0], stable: [1], errors: 0 };
    const decision = decideGate(gate([...suite(5000), critical]));
    expect(decision.absolute.outcome).toBe('pass');
    expect(decision).toMatchObject({
      outcome: 'block',
      reasons: [{ code: 'critical_failed', caseIds: ['fraud'] }],
    });
  });

  it('counts errors as failures', () => {
    const failing = { id: 'fraud', critical: true, candidate: [1], stable: [1], errors: 1 };
    expect(decideGate(gate([...suite(100), failing], { criticalPolicy: 'never' })).outcome).toBe('block');
    const outage = suite(100, { candidate: [], errors: 1 });
    expect(decideGate(gate(outage))).toMatchObject({ outcome: 'block', absolute: { rate: 0 } });
  });

  it('judges the pass rate, which needs no stable, where stable has no answer to a case', () => {
    const cases = suite(100, { candidate: [0] }).map((one, i) => (i > 0 ? one : { ...one, stable: [] }));
    expect(decideGate(gate(cases))).toMatchObject({
      outcome: 'block',
      reasons: [{ code: 'pass_rate_low' }, { code: 'missing_scores' }],
    });
  });

  it('takes a graded score for a failure of a critical case', () => {
    const graded = { id: 'fraud', critical: true, candidate: [0.99], errors: 0 };
    expect(decideGate(gate([graded], { criticalPolicy: 'never' })).outcome).toBe('block');
  });

  it('never passes without cases, or where cases have not run', () => {
    expect(decideGate(gate([]))).toMatchObject({ outcome: 'inconclusive', reasons: [{ code: 'no_cases' }] });
    const lost = { id: 'lost', critical: false, candidate: [], stable: [1], errors: 0 };
    const decision = decideGate(gate([...suite(1000), lost]));
    expect(decision).toMatchObject({
      outcome: 'inconclusive',
      reasons: [{ code: 'missing_scores', caseIds: ['lost'] }],
    });
    expect(nextRepeats(gate([...suite(1000), lost]))).toBe('none');
    const unanswered = { id: 'unanswered', critical: false, candidate: [1], stable: [], errors: 0 };
    expect(decideGate(gate([...suite(1000), unanswered])).outcome).toBe('inconclusive');
    expect(decideGate(gate(suite(1000), { looksTaken: 2 })).outcome).toBe('inconclusive');
    expect(decideGate(gate(suite(1000), { looksTaken: 0 })).outcome).toBe('inconclusive');
  });

  it('compares with stable only the cases that have a stable side', () => {
    const alone = Array.from({ length: 48 }, (_, i) => ({
      id: `alone-${i}`,
      critical: false,
      candidate: [1],
      errors: 0,
    }));
    expect(decideGate(gate(alone))).toMatchObject({ outcome: 'pass' });
    expect(decideGate(gate(alone)).relative).toBeUndefined();
    expect(decideGate(gate([...alone, ...suite(10)])).relative).toMatchObject({ units: 10 });
  });

  it('does not let the repeats of a critical case into the rates', () => {
    const critical = {
      id: 'fraud',
      critical: true,
      candidate: [0, 1, 1, 1, 1, 1, 1, 1, 1],
      stable: [1],
      errors: 0,
    };
    const decision = decideGate(gate([...suite(9), critical]));
    expect(decision.critical.outcome).toBe('pass');
    expect(decision.absolute.rate).toBeCloseTo(0.9, 12);
    expect(decision.relative!.estimate).toBeCloseTo(-0.1, 12);
  });

  it('counts a group of cases as one unit', () => {
    expect(decideGate(gate(suite(100, { group: 'one document' })))).toMatchObject({
      outcome: 'inconclusive',
      relative: { units: 1 },
    });
  });

  it('passes only when every part passes, and blocks when any blocks', () => {
    const score = fc.constantFrom(0, 1);
    const cases = fc.array(
      fc.record({
        critical: fc.boolean(),
        candidate: fc.array(score, { maxLength: 5 }),
        stable: fc.array(score, { maxLength: 5 }),
        errors: fc.nat(2),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 3 }), (drawn, looksTaken) => {
        const input = gate(
          drawn.map((one, i) => ({ ...one, id: `case-${i}` })),
          { looksTaken },
        );
        const { outcome, reasons, absolute, relative, critical } = decideGate(input);
        const parts = [absolute.outcome, critical.outcome, relative?.outcome ?? 'pass'];
        expect(outcome === 'pass').toBe(parts.every((part) => part === 'pass'));
        expect(outcome === 'block').toBe(parts.includes('block'));
        expect(reasons.length === 0).toBe(outcome === 'pass');
      }),
    );
  });

  it('refuses scores outside 0..1 and looks that there are not', () => {
    expect(() => decideGate(gate(suite(1, { candidate: [2] })))).toThrow(RangeError);
    expect(() => decideGate(gate(suite(1, { errors: -1 })))).toThrow(RangeError);
    expect(() => decideGate(gate(suite(1), { looksTaken: 4 }))).toThrow(RangeError);
    expect(() => decideGate(gate(suite(1), { maxRepeats: 0 }))).toThrow(RangeError);
  });
});

describe('nextRepeats', () => {
  it('begins with one repeat of every case on both arms', () => {
    const fresh = suite(3, { candidate: [], stable: [] });
    const first = { caseIds: ids(3), arms: ['candidate', 'stable'], repeats: 1, looksTaken: 1 };
    expect(nextRepeats(gate(fresh, { looksTaken: 0 }))).toEqual(first);
    const alone = [{ id: 'alone', critical: false, candidate: [], errors: 0 }];
    expect(nextRepeats(gate(alone, { looksTaken: 0 }))).toMatchObject({ arms: ['candidate'] });
  });

  it('repeats all cases on both arms, whichever failed, at 1, 3 and 5', () => {
    const cases = [...suite(99), { id: 'failed', critical: false, candidate: [0], stable: [1], errors: 0 }];
    const batch = nextRepeats(gate(cases, { margin: 0.02 }));
    expect(batch).toMatchObject({ arms: ['candidate', 'stable'], repeats: 2, looksTaken: 2 });
    expect(batch).toHaveProperty('caseIds.length', 100);
    const opposed = (repeats: number) =>
      suite(100).map((one, i) => {
        const scores = Array.from({ length: repeats }, () => i % 2);
        return { ...one, candidate: scores, stable: scores.map((score) => 1 - score) };
      });
    const undecided = { minPassRate: 0.1, looksTaken: 2 };
    expect(nextRepeats(gate(opposed(3), undecided))).toMatchObject({ repeats: 2, looksTaken: 3 });
    expect(nextRepeats(gate(opposed(5), { ...undecided, looksTaken: 3 }))).toBe('none');
  });

  it('asks for no repeats beyond the plan', () => {
    expect(nextRepeats(gate(suite(10), { maxRepeats: 1 }))).toBe('none');
    expect(nextRepeats(gate(suite(10), { maxRepeats: 2 }))).toMatchObject({ repeats: 1, looksTaken: 2 });
  });

  it('goes on with the open critical cases once the rates are settled, on both arms', () => {
    const critical = suite(2, { critical: true }).map((one, i) => ({ ...one, id: `critical-${i}` }));
    const batch = nextRepeats(gate([...suite(100), ...critical]));
    expect(batch).toEqual({
      caseIds: ['critical-0', 'critical-1'],
      arms: ['candidate', 'stable'],
      repeats: 4,
      looksTaken: 1,
    });
    const cleared = critical.map((one) => ({ ...one, candidate: [1, 1, 1, 1, 1] }));
    expect(nextRepeats(gate([...suite(100), ...cleared]))).toBe('none');
    expect(decideGate(gate([...suite(100), ...cleared])).outcome).toBe('pass');
  });

  it('always ends, with a decision or without', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (rates, chance) => {
          const next = () => chance.next().value as number;
          let input = gate(
            rates.map((_, i) => ({
              id: `case-${i}`,
              critical: i % 3 === 0,
              candidate: [],
              stable: [],
              errors: 0,
            })),
            { looksTaken: 0 },
          );
          let batches = 0;
          for (let batch = nextRepeats(input); batch !== 'none'; batch = nextRepeats(input)) {
            const { caseIds, repeats, arms, looksTaken } = batch;
            expect(repeats).toBeGreaterThan(0);
            const draw = (rate: number) => Array.from({ length: repeats }, () => (next() < rate ? 1 : 0));
            const cases = input.cases.map((one, i) => ({
              ...one,
              candidate: caseIds.includes(one.id) ? [...one.candidate, ...draw(rates[i]!)] : one.candidate,
              stable:
                caseIds.includes(one.id) && arms.includes('stable')
                  ? [...(one.stable ?? []), ...draw(0.5)]
                  : (one.stable ?? []),
            }));
            input = { ...input, cases, looksTaken };
            expect(++batches).toBeLessThan(30);
          }
          expect(input.cases.every(({ candidate }) => candidate.length <= 20)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});

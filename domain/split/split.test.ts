import fc from 'fast-check';
import { bucketOf } from './bucket.ts';
import { SluiceError } from '../errors.ts';
import { assertValidSplit, bucketsOf, chooseArm, type Split } from './split.ts';

const split: Split = {
  app: 'bank-support',
  environment: 'production',
  version: 7,
  stable: 'rev_a',
  candidate: 'rev_b',
  weight: 25,
  include: ['tester'],
  exclude: ['regulator'],
  salt: 'salt',
};

describe('chooseArm', () => {
  it('is a function of bucket and weight alone (invariant 16)', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 10_000 }), (subject, hundredths) => {
        const choice = chooseArm(
          { ...split, include: [], exclude: [], weight: hundredths / 100 },
          subject,
          true,
        );
        const expected = bucketOf(split.salt, subject) < hundredths ? 'candidate' : 'stable';
        return choice.arm === expected && choice.reason === 'weight';
      }),
    );
  });

  it('moves subjects only from stable to candidate when the weight rises (invariant 15)', () => {
    fc.assert(
      fc.property(fc.string(), fc.tuple(fc.nat(100), fc.nat(100)), (subject, weights) => {
        const [low, high] = weights.sort((a, b) => a - b);
        const before = chooseArm({ ...split, weight: low }, subject, true).arm;
        const after = chooseArm({ ...split, weight: high }, subject, true).arm;
        return before === 'stable' || after === 'candidate';
      }),
    );
  });

  it('serves stable only when the lease has run out, to testers too (invariant 19)', () => {
    expect(chooseArm({ ...split, weight: 100 }, 'ada', false)).toEqual({
      arm: 'stable',
      reason: 'lease-expired',
    });
    expect(chooseArm(split, 'tester', false)).toEqual({ arm: 'stable', reason: 'lease-expired' });
  });

  it('does not blame the lease for a subject that stable would have served anyway', () => {
    expect(chooseArm({ ...split, weight: 0 }, 'ada', false)).toEqual({ arm: 'stable', reason: 'weight' });
  });

  it('puts included subjects on the candidate and excluded ones on stable', () => {
    expect(chooseArm({ ...split, weight: 0 }, 'tester', true)).toEqual({
      arm: 'candidate',
      reason: 'included',
    });
    expect(chooseArm({ ...split, weight: 100 }, 'regulator', true)).toEqual({
      arm: 'stable',
      reason: 'excluded',
    });
  });

  it('serves stable where there is no candidate', () => {
    const { candidate: _, ...withoutCandidate } = split;
    expect(chooseArm({ ...withoutCandidate, weight: 0 }, 'ada', true).reason).toBe('no-candidate');
  });
});

describe('assertValidSplit (invariant 2)', () => {
  it.each([-1, 100.5, Number.NaN, 0.001])('refuses the weight %p', (weight) => {
    expect(() => {
      assertValidSplit({ candidate: 'rev_b', weight });
    }).toThrow(SluiceError);
  });

  it('refuses a weight without a candidate', () => {
    expect(() => {
      assertValidSplit({ stable: 'rev_a', weight: 5 });
    }).toThrow('weight 0');
  });

  it.each([0, 0.01, 33.33, 100])('takes the weight %p', (weight) => {
    expect(() => {
      assertValidSplit({ candidate: 'rev_b', weight });
    }).not.toThrow();
  });
});

it('covers exactly its share of the buckets', () => {
  expect([0, 0.01, 5, 33.33, 100].map(bucketsOf)).toEqual([0, 1, 500, 3333, 10_000]);
});

import fc from 'fast-check';
import { audienceOf, dealingOf, isMember, judgedShareOf } from './audience.ts';
import { bucketOf } from './bucket.ts';
import { bucketsOf, chooseArm, type Split } from './split.ts';

const audience = { weight: 25, labels: { tenant: ['acme', 'initech'] }, subjects: ['ada'] };
const counted = { releaseId: 'r', shortHorizonMs: 5_000, longHorizonMs: 60_000 };
const split: Split = {
  ...{ app: 'bank', environment: 'production', version: 7, stable: 'rev_a', candidate: 'rev_b' },
  ...{ weight: 0, include: [], exclude: [], salt: 'salt', counting: { ...counted, audience } },
};

const armOf = (of: Split, subject: string, member: boolean) =>
  chooseArm({ ...of, weight: dealingOf(of, member).weight }, subject, true).arm;

describe('the audience of a split', () => {
  it('is in its counting, and none where that says nothing', () => {
    expect(audienceOf(split)).toEqual(audience);
    expect(audienceOf({ counting: counted })).toBeUndefined();
    expect(audienceOf({})).toBeUndefined();
  });

  it.each([
    ['a subject that it names', { subject: 'ada' }, true],
    ['another', { subject: 'bob' }, false],
    ['nobody', {}, false],
    ['a value of a label that it names', { labels: { tenant: 'acme' } }, true],
    ['another value', { labels: { tenant: 'hooli' } }, false],
    ['another label', { labels: { region: 'acme' } }, false],
    ['what every object has', { labels: { toString: 'acme', ['__proto__']: 'acme' } }, false],
  ])('has %s as it should', (_what, asking, expected) => {
    expect(isMember(split, asking)).toBe(expected);
    expect(isMember({ counting: counted }, asking)).toBe(false);
  });

  it('is dealt by bucket and its own share while the split has none, and alone is counted (16)', () => {
    fc.assert(
      fc.property(fc.string(), (subject) => {
        const expected = bucketOf('salt', subject) < bucketsOf(25) ? 'candidate' : 'stable';
        expect(armOf(split, subject, true)).toBe(expected);
        expect(armOf(split, subject, false)).toBe('stable');
      }),
    );
    expect(dealingOf(split, true).isCounted).toBe(true);
    expect(dealingOf(split, false).isCounted).toBe(false);
    expect(judgedShareOf(split)).toBe(25);
  });

  it('never goes from the candidate back to stable by a raise (15)', () => {
    const weight = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(fc.string(), weight, weight, fc.boolean(), (subject, a, b, member) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const before = armOf({ ...split, weight: low }, subject, member);
        return before === 'stable' || armOf({ ...split, weight: high }, subject, member) === 'candidate';
      }),
    );
  });

  it('is in no arm of the shares until it has the same', () => {
    const countedAt = (weight: number) => dealingOf({ ...split, weight }, true).isCounted;
    expect([5, 24.99, 25, 95, 100].map(countedAt)).toEqual([false, false, true, true, true]);
    expect(dealingOf({ ...split, weight: 5 }, false)).toEqual({ weight: 5, isCounted: true });
    expect(judgedShareOf({ ...split, weight: 5 })).toBe(5);
  });
});

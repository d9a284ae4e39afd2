import fc from 'fast-check';
import { chooseSamples, type AskableSample } from './choose-samples.ts';

const sample = fc.record({
  question: fc.integer({ min: 0, max: 60 }).map(String),
  stratum: fc.constantFrom('a, short', 'a, long', 'b, short', 'c, short'),
  later: fc.boolean(),
});
const samples = fc
  .array(sample, { maxLength: 120 })
  .map((all) => all.map((each, i): AskableSample => ({ ...each, id: `s${i}` })));

const many = (count: number, of: Partial<AskableSample>): AskableSample[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{
      id: `${of.stratum}${of.later}${i}`,
      question: `${of.stratum}${of.later}${i}`,
      stratum: 'a',
      later: false,
    },
    ...of,
  }));

describe('the samples that a mirror asks', () => {
  it('are as many as there is room for, each question once, the newest of its stratum', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 80 }), (all, limit) => {
        const { chosen, strata, repeats } = chooseSamples(all, limit);
        const questions = new Set(all.map(({ question }) => question));
        expect(chosen).toHaveLength(Math.min(limit, questions.size));
        expect(new Set(chosen.map(({ question }) => question)).size).toBe(chosen.length);
        expect(repeats).toBe(all.length - questions.size);
        expect(strata.reduce((sum, { taken }) => sum + taken, 0)).toBe(chosen.length);
        for (const { name, later, there, taken } of strata) {
          const own = chosen.filter((each) => each.stratum === name && each.later === later);
          expect([own.length, taken <= there]).toEqual([taken, true]);
        }
      }),
    );
  });

  it('are of each stratum as much as it has of the traffic, and one at least', () => {
    const all = [...many(80, { stratum: 'a' }), ...many(19, { stratum: 'b' }), ...many(1, { stratum: 'c' })];
    const { strata } = chooseSamples(all, 20);
    expect(strata.map(({ name, taken }) => [name, taken])).toEqual([
      ['a', 16],
      ['b', 3],
      ['c', 1],
    ]);
  });

  it('are first turns before later ones, which fill up what first ones leave', () => {
    const later = (first: number, limit = 20) =>
      chooseSamples([...many(60, { later: true }), ...many(first, { later: false })], limit).chosen.filter(
        (each) => each.later,
      ).length;
    expect([later(100), later(17), later(3), later(0)]).toEqual([5, 5, 17, 20]);
  });
});

import fc from 'fast-check';
import type { ServedApp } from '../config/served-app.ts';
import { chooseRevision } from './choose-revision.ts';
import { revision, servedAt } from './test-fixtures/choose-revision.ts';

const counting = { releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000 };

/** The candidate `C` of the step has become stable, and the former one, `S`, keeps what the step has left it. */
function guardedAt(weight: number, lists: Partial<ServedApp['split']> = {}): ServedApp {
  const { candidate: _, ...served } = servedAt(weight);
  const { candidate: __, ...split } = { ...served.split, ...lists, stable: 'C', weight: 0, version: 4 };
  return {
    ...served,
    split,
    stable: revision('C'),
    guard: { releaseId: 'rel_1', former: 'S', weight, counting, revision: revision('S') },
    formerStables: new Map([['S', revision('S')]]),
  };
}

const choose = (served: ServedApp, more: object = {}) =>
  chooseRevision({ served, candidateIsFresh: true, subject: 'ada', ...more });

describe('while a guard is open', () => {
  it('nobody moves: each subject is on the side that the last step gave it, and is counted so (15)', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 5_000, max: 9_999 }), (subject, buckets) => {
        const weight = buckets / 100;
        const before = choose(servedAt(weight), { subject });
        const {
          revision: now,
          arm,
          countedArm,
          dealt,
          splitVersion,
        } = choose(guardedAt(weight), { subject });
        expect([now.digest, arm, countedArm, dealt]).toEqual([
          ...[before.revision.digest, before.arm, before.countedArm, before.dealt],
        ]);
        expect(splitVersion).toBe(4);
      }),
    );
  });

  it('all get what is stable once nobody judges, and those held back are counted in no arm (19, 23)', () => {
    fc.assert(
      fc.property(fc.string(), (subject) => {
        const held = choose(guardedAt(50), { subject }).arm === 'stable';
        const route = choose(guardedAt(50), { subject, candidateIsFresh: false });
        expect(route).toMatchObject({
          ...{ revision: { digest: 'C' }, arm: 'candidate', dealt: undefined, rescuer: undefined },
          ...{ countedArm: held ? 'lease-expired' : 'candidate', reason: held ? 'lease-expired' : 'weight' },
        });
      }),
    );
  });

  it('the former one answers where the stable one fails, as long as somebody judges', () => {
    expect(choose(guardedAt(99)).rescuer?.digest).toBe('S');
    expect(choose(guardedAt(50), { subject: 'ada', conversation: 'S' }).rescuer).toBeUndefined();
  });

  it.each([
    ['a conversation of the former one', { conversation: 'S' }, { digest: 'S', countedArm: 'stable' }],
    ['an assignment of the stable one', { assigned: 'C' }, { digest: 'C', countedArm: 'candidate' }],
    [
      'an assignment of the former one that nobody judges',
      { assigned: 'S', candidateIsFresh: false },
      { digest: 'C', countedArm: 'lease-expired' },
    ],
    [
      'an assignment of what was taken back',
      { assigned: 'X' },
      { digest: 'C', reason: 'candidate-withdrawn' },
    ],
  ])('%s', (_name, question, expected) => {
    const { revision: chosen, ...route } = choose(guardedAt(99), question);
    expect({ digest: chosen.digest, ...route }).toMatchObject(expected);
  });

  it('who is always a tester, or never, stays where the step had them, and no weight decides', () => {
    const served = guardedAt(99, { exclude: ['ada'], include: ['eve'] });
    expect(choose(served)).toMatchObject({ revision: { digest: 'S' }, reason: 'excluded', dealt: undefined });
    expect(choose(served, { subject: 'eve' })).toMatchObject({
      revision: { digest: 'C' },
      reason: 'included',
    });
  });
});

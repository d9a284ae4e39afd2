import fc from 'fast-check';
import { bucketOf } from '../../domain/split/bucket.ts';
import { bucketsOf } from '../../domain/split/split.ts';
import { servedAt } from './test-fixtures/choose-revision.ts';
import { chooseRevision } from './choose-revision.ts';

const choose = (more: object, weight = 100) => {
  const { revision: chosen, ...route } = chooseRevision({
    served: servedAt(weight),
    candidateIsFresh: true,
    subject: 'ada',
    ...more,
  });
  return { digest: chosen.digest, ...route };
};

it('goes by the bucket of the subject, exactly (15, 16)', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 10_000 }), (subject, buckets) => {
      const { arm, countedArm, dealt } = choose({ subject }, buckets / 100);
      const expected = bucketOf('x', subject) < bucketsOf(buckets / 100) ? 'candidate' : 'stable';
      expect({ arm, countedArm, dealt }).toEqual({ arm: expected, countedArm: expected, dealt: expected });
    }),
  );
});

it.each([
  [
    'a candidate whose lease has run out',
    { candidateIsFresh: false },
    { digest: 'S', reason: 'lease-expired', countedArm: 'lease-expired', dealt: undefined },
  ],
  [
    'a conversation of stable',
    { conversation: 'S' },
    { digest: 'S', arm: 'stable', reason: 'conversation', countedArm: 'stable', dealt: 'candidate' },
  ],
  [
    'a conversation of the candidate',
    { conversation: 'C' },
    { digest: 'C', reason: 'weight', dealt: 'candidate' },
  ],
  [
    'one of a promoted-away stable',
    { conversation: 'F' },
    { digest: 'F', arm: 'stable', reason: 'conversation', countedArm: undefined },
  ],
  [
    'one of a revision that was taken back',
    { conversation: 'X' },
    { digest: 'C', reason: 'candidate-withdrawn', countedArm: 'candidate' },
  ],
  [
    'an assignment of stable',
    { assigned: 'S' },
    { digest: 'S', reason: 'assigned', countedArm: 'stable', dealt: 'candidate' },
  ],
  ['one of the candidate', { assigned: 'C' }, { digest: 'C', reason: 'assigned', countedArm: 'candidate' }],
  [
    'one of the candidate whose lease has run out',
    { assigned: 'C', candidateIsFresh: false },
    { digest: 'S', reason: 'lease-expired', countedArm: 'lease-expired' },
  ],
  [
    'one that was taken back',
    { assigned: 'X' },
    { digest: 'S', arm: 'stable', reason: 'candidate-withdrawn' },
  ],
])('%s', (_name, question, expected) => {
  expect(choose(question)).toMatchObject(expected);
});

it('checks no side of the split while nobody judges', () => {
  expect(choose({ candidateIsFresh: false }, 0)).toMatchObject({
    reason: 'weight',
    arm: 'stable',
    dealt: undefined,
  });
});

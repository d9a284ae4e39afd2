import { bucketOf } from '../../domain/split/bucket.ts';
import { bucketsOf } from '../../domain/split/split.ts';
import { servedAt } from './test-fixtures/choose-revision.ts';
import { chooseRevision } from './choose-revision.ts';
import { noteDealt } from './note-dealt.ts';

const weight = 5;

function note({ subjects, fresh = true }: { subjects: readonly string[]; fresh?: boolean }) {
  const seen = { candidate: 0, stable: 0 };
  const drawn = { candidate: 0, stable: 0 };
  const served = servedAt(weight);
  const parts = {
    view: { candidateIsFresh: () => fresh },
    seen: { note: ({ arm }: { arm: 'stable' | 'candidate' }) => void (seen[arm] += 1) },
    counters: { draw: ({ arm }: { arm: 'stable' | 'candidate' }) => void (drawn[arm] += 1) },
  };
  for (const subject of subjects) {
    const route = chooseRevision({ served, candidateIsFresh: fresh, subject, conversation: 'C' });
    noteDealt(parts, served, { route, isMember: false, subjectHash: subject });
  }
  return { seen, drawn };
}

const onCandidate = Array.from({ length: 40_000 }, (_, i) => `s${i}`).filter(
  (subject) => bucketOf('x', subject) < bucketsOf(weight),
);

it('counts chosen subjects on their side, also in a conversation of the other, and draws as the weight says', () => {
  const { seen, drawn } = note({ subjects: onCandidate });
  expect(seen).toEqual({ candidate: onCandidate.length, stable: 0 });
  // Five deviations of about 2,000 at 5 %.
  expect(Math.abs(drawn.candidate - onCandidate.length * 0.05)).toBeLessThan(50);
  expect(drawn.candidate + drawn.stable).toBe(onCandidate.length);
});

it('counts nothing while nobody judges', () => {
  expect(note({ subjects: onCandidate.slice(0, 50), fresh: false })).toEqual({
    seen: { candidate: 0, stable: 0 },
    drawn: { candidate: 0, stable: 0 },
  });
});

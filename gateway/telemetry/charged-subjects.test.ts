import { createChargedSubjects } from './charged-subjects.ts';

const charge = (subjectHash: string) =>
  ({
    releaseId: 'rel-1',
    guardrail: 'errors',
    horizon: 'short',
    arm: 'stable',
    splitVersion: 1,
    subjectHash,
  }) as const;
const hashesOf = (charges: readonly { subjectHash: string }[]) =>
  charges.map(({ subjectHash }) => subjectHash);

it('remembers whom it charged or heard of, and what is not written yet, oldest first', () => {
  const charged = createChargedSubjects();
  charged.charge(charge('1'));
  const taken = charged.takePending();
  charged.charge(charge('2'));
  charged.putBack(taken);
  charged.learn([charge('3')]);
  expect(['1', '2', '3', '4'].map((hash) => charged.has('rel-1', charge(hash)))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect([hashesOf(charged.takePending()), charged.dropped()]).toEqual([['1', '2'], 0]);
  charged.keepOnly(new Set());
  expect(charged.has('rel-1', charge('1'))).toBe(false);
});

it('keeps within its limits, the oldest charges first, and says what it dropped', () => {
  const charged = createChargedSubjects({ perRelease: 3, pending: 2 });
  charged.charge(charge('1'));
  charged.charge(charge('2'));
  const taken = charged.takePending();
  for (const hash of ['3', '4']) charged.charge(charge(hash));
  charged.putBack(taken);
  charged.charge(charge('5'));
  expect([hashesOf(charged.takePending()), charged.dropped()]).toEqual([['1', '2'], 3]);
  expect(['3', '4'].map((hash) => charged.has('rel-1', charge(hash)))).toEqual([true, false]);
});

import { createFirstRequests } from './first-requests.ts';

const ada = { app: 'bank', splitVersion: 7, subjectHash: '1' };

it('is the first one of a subject under a split version, and any that is anonymous', () => {
  const isFirst = createFirstRequests();
  expect([ada, ada, { ...ada, app: 'other' }, { ...ada, splitVersion: 8 }].map(isFirst)).toEqual([
    true,
    false,
    true,
    true,
  ]);
  expect(isFirst({ ...ada, splitVersion: 7, subjectHash: '2' })).toBe(false);
  expect([1, 2].map(() => isFirst({ app: 'bank', splitVersion: 8 }))).toEqual([true, true]);
});

it('remembers a bounded number of subjects, and takes none beyond it', () => {
  const isFirst = createFirstRequests();
  for (let i = 0; i < 20_000; i++) isFirst({ ...ada, subjectHash: String(i) });
  expect(isFirst({ ...ada, subjectHash: 'one more' })).toBe(false);
});

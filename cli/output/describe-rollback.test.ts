import { rollbackOutcome } from './describe-rollback.ts';

it('tells what was passed over from what serves because nothing else is left', () => {
  const outcome = rollbackOutcome('bank', {
    ...{ result: 'done', version: 7, serving: 's2', takenOut: 's3', override: false },
    ...{ confirmed: true, waitingFor: [], standby: 'none' },
    skipped: [
      { revision: 's2', reason: 'openai/m: 401 no_key' },
      { revision: 's1', reason: 'taken out by user:ada: bad' },
    ],
  });
  expect(outcome.text).toBe(
    'done: s2 serves bank, s3 is taken out (split v7). Every gateway serves it.\n' +
      '  ! s2 was found dead, and nothing else is left: openai/m: 401 no_key.\n' +
      '  ! s1 was passed over: taken out by user:ada: bad.',
  );
});

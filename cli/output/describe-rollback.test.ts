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

it('names the release that is on its way where a press found nothing to take out', () => {
  const { text } = rollbackOutcome('bank', {
    ...{ result: 'already', version: 7, serving: 's1', takenOut: 's2', override: false, skipped: [] },
    ...{ confirmed: true, waitingFor: [], standby: 'none' },
    openRelease: { id: 'r3', label: 's3', state: 'starting' },
  });
  expect(text).toBe(
    'already: s2 serves nowhere; s1 serves bank; a release of s3 is starting; nothing was changed.\n' +
      '  → To end the release of s3: sluice release abort r3\n' +
      '  → To take s1 out: sluice rollback bank --take-out s1',
  );
});

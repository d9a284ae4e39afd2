import { readinessLine } from './describe-readiness.ts';

it.each([
  [{ state: 'ready', to: 's2', ageMs: 190_000, skipped: [] }, 'rollback: ready, s2, 3 min ago'],
  [{ state: 'untried', to: 's2', skipped: [] }, 'rollback: not tried yet, s2'],
  [
    { state: 'dead', to: 's2', ageMs: 2_000, reason: 'openai/m: 401 no_key', skipped: [] },
    'rollback: DEAD: its models, keys or places are wrong, s2, just now, openai/m: 401 no_key',
  ],
  [
    { state: 'none', skipped: [{ revision: 's1', reason: 'taken out by user:ada: bad' }] },
    'rollback: no former stable revision to go back to\n  ! passes over s1: taken out by user:ada: bad',
  ],
] as const)('says whether the way back is alive: %j', (readiness, line) => {
  expect(readinessLine({ ...readiness, skipped: [...readiness.skipped] })).toBe(line);
});

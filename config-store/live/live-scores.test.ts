import { createApp, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { advanceLiveScores } from './live-scores.ts';
import { readLiveScores } from './read-live-scores.ts';

const store = useDatabase();

it('knows of each guardrail how far its scoring is, and why it has stopped while it has', async () => {
  const { app } = await createApp(store.db);
  const { id: releaseId } = (await startRelease(store.db, app, 'b')).release;
  const advance = (stopped?: string) =>
    advanceLiveScores(store.db, { releaseId, guardrails: ['score', 'tone'], graceMs: 1_000.4, stopped });
  const none = { scored: 0, missing: 0, waiting: 0, lagMs: 0 };
  expect(await readLiveScores(store.db, releaseId)).toEqual([]);
  await advance('no admitted judge');
  expect(await readLiveScores(store.db, releaseId)).toStrictEqual([
    { guardrail: 'score', ...none, stopped: 'no admitted judge' },
    { guardrail: 'tone', ...none, stopped: 'no admitted judge' },
  ]);
  await advance();
  expect(await readLiveScores(store.db, releaseId)).toStrictEqual([
    { guardrail: 'score', ...none },
    { guardrail: 'tone', ...none },
  ]);
});

import { randomUUID } from 'node:crypto';
import { createApp, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { advanceLiveScores, storeLiveScore, takeLiveAnswers } from './live-scores.ts';
import { readLiveScores } from './read-live-scores.ts';
import { releasesToScore } from './releases-to-score.ts';

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

it('lets the evaluation worker’s database user do all of it', async () => {
  const { app } = await createApp(store.db);
  const { id: releaseId } = (await startRelease(store.db, app, 'b')).release;
  const client = await store.db.connect();
  try {
    await client.query('set role sluice_evaluation');
    await releasesToScore(client);
    expect(await takeLiveAnswers(client, { releaseId, limit: 5, claimMs: 0 })).toEqual([]);
    expect(await storeLiveScore(client, { id: randomUUID(), scores: { score: 1 } })).toBe(false);
    await advanceLiveScores(client, { releaseId, guardrails: ['score'], graceMs: 1, stopped: undefined });
  } finally {
    await client.query('reset role');
    client.release();
  }
});

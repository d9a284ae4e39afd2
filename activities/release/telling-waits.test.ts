import { readHealth } from '../../config-store/releases/read-health.ts';
import { createApp, startRelease } from '../../config-store/test-fixtures/release-fixture.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { createPatience } from '../../evals/patience/patient-caller.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { tellingWaits } from './telling-waits.ts';

const store = useDatabase();
const place = 'openai/gpt-5-mini';

/** Patience with a provider that has refused a call just now, and one that has answered. */
async function withSilentProvider() {
  const patience = createPatience({ atOnce: 4, patienceMs: 120_000 });
  const refused = {
    kind: 'unanswered',
    how: 'refused',
    code: 'rate_limit_exceeded',
    message: 'no',
    latencyMs: 1,
  };
  const say = (reply: typeof refused | { kind: 'answered' }) =>
    patience.placeOf(place).turn(() => Promise.resolve(reply as { kind: string }), undefined);
  await say(refused);
  return { patience, answers: () => say({ kind: 'answered' }) };
}

async function begun() {
  const { app } = await createApp(store.db);
  const { release } = await startRelease(store.db, app, 'b');
  const health = async () => (await readHealth(store.db, release.id))[0];
  return { releaseId: release.id, health };
}

it('says which provider an evaluation waits for and until when, and not what concerns others', async () => {
  const { patience } = await withSilentProvider();
  const { releaseId, health } = await begun();
  const other = await begun();
  const parts = { db: store.db, patience };
  await tellingWaits(parts, { releaseId: other.releaseId, places: new Set(['anthropic/claude']) }, () =>
    tellingWaits(parts, { releaseId, places: new Set([place]) }, async () => {
      const told = await waitFor(
        async () => {
          const now = await health();
          return now?.waitingUntil === undefined ? undefined : now;
        },
        { what: 'the note' },
      );
      expect(told).toMatchObject({
        condition: 'waiting',
        waitingFor: `${place}, which answers nothing (rate_limit_exceeded)`,
      });
      const leftMs = Date.parse(told.waitingUntil ?? '') - Date.now();
      expect(leftMs).toBeGreaterThan(60_000);
      expect(leftMs).toBeLessThanOrEqual(121_000);
      expect(await other.health()).not.toHaveProperty('waitingFor');
    }),
  );
  expect(await health()).not.toHaveProperty('waitingFor');
});

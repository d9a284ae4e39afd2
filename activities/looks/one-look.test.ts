import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { createPool } from '../../config-store/connection/create-pool.ts';
import { eraseSubject } from '../../config-store/evaluations/erase-subject.ts';
import { flushCounters } from '../../config-store/gateway-view/flush-counters.ts';
import { heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import { listEvidence } from '../../config-store/looks/list-evidence.ts';
import type { Charge } from '../../config-store/looks/counted.ts';
import { countedErrors } from '../../config-store/test-fixtures/counted-errors.ts';
import {
  createApp,
  environment,
  raise,
  startRelease,
} from '../../config-store/test-fixtures/release-fixture.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { noArmCounts } from '../../domain/guardrail/arm-counts.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { incrementsOfRow } from './judging/increments.ts';
import { createLookActivities } from './look.ts';

const database = useDatabase();

/** A release at 50 % with one gateway, and looks that are taken over another pool. */
async function counted(pool: Pool = database.db) {
  const { db } = database;
  const { app } = await createApp(db);
  const steps = [50, 100].map((weight) => ({ weight, hold: '1h', minExposures: 10 }));
  const plan = planSchema.parse({ evaluate: 'skip', mirror: 'skip', steps });
  const opened = await startRelease(db, app, 'b', plan);
  const written = await raise(db, opened, { weight: 50, expectedVersion: opened.splitVersion });
  if (written.kind !== 'written') throw new Error(written.kind);
  const { id: releaseId } = opened.release;
  const splitVersion = written.version;
  const gateway = { gatewayId: randomUUID(), bootId: randomUUID(), environment };
  await heartbeat(db, { ...gateway, acks: { [app]: splitVersion }, refusals: {}, fingerprint: {} });
  let [sequence, look] = [0, 0];
  const { takeLook } = createLookActivities({ db: pool });
  return {
    ...{ app, releaseId },
    flush(exposed: number, charged: readonly string[] = []) {
      sequence += 1;
      const arms = ['candidate', 'stable'] as const;
      const settled = { short: exposed, long: exposed };
      const counts = { ...noArmCounts(), admitted: exposed, completed: exposed, settled };
      const guardrails = countedErrors(exposed, 0);
      const counters = arms.map((arm) => ({ app, splitVersion, arm, counts: { ...counts, guardrails } }));
      const charges = charged.flatMap((subjectHash) =>
        (['short', 'long'] as const).map((horizon): Charge => {
          return { releaseId, guardrail: 'errors', horizon, subjectHash, arm: 'candidate', splitVersion };
        }),
      );
      return flushCounters(db, { ...gateway, sequence, counters, charges, seen: [] });
    },
    takeLook() {
      look += 1;
      return takeLook({
        ...{ releaseId, stage: 'canary-50', look: look - 1, splitVersion, weight: 50, elapsedMs: 1_000 },
        ...{ heldMs: 1_000, holdMs: 3_600_000, deadlineMs: 7_200_000, minExposures: 10, leaseMs: 60_000 },
        promote: false,
      });
    },
  };
}

it('is taken in three statements, and leaves its entry of the audit log to whoever chains next', async () => {
  const pool = createPool(database.url, { applicationName: 'looks', max: 1 });
  let statements = 0;
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    Object.assign(client, {
      query: (...args: unknown[]) => {
        statements += 1;
        return query(...args);
      },
    });
  });
  try {
    const release = await counted(pool);
    await release.flush(100);
    await release.takeLook();
    await release.flush(120);
    statements = 0;
    expect(await release.takeLook()).toMatchObject({ verdict: 'wait' });
    expect(statements).toBe(3);
  } finally {
    await pool.end();
  }
});

it('counts nobody twice, and nothing below nothing, where a subject is erased between two looks', async () => {
  const { app, releaseId, flush, takeLook } = await counted();
  await flush(100, ['11', '22', '33']);
  await takeLook();
  const erased = await eraseSubject(database.db, { actor: 'token:admin', subjects: [{ app, hash: '22' }] });
  expect(erased.chargedSubjects).toBe(2);
  await flush(150, ['44']);
  expect(await takeLook()).toMatchObject({ verdict: 'wait' });
  const looks = (await listEvidence(database.db, { releaseId })).map(({ counts }) => incrementsOfRow(counts));
  const bad = looks.map(({ counters }) => counters['errors']!.long[0]!.candidateBad);
  expect(bad).toEqual([3, 1]);
});

// Issue 13, "one look, 12 guardrails, 50 gateways, after 24 h": what a look costs on a real PostgreSQL. A release whose last
// step has been looked at for 24 hours at 100 requests a second: counters of 50 gateways under three split versions,
// subjects charged and seen, numbers observed, a row of evidence for each look before. Statements are counted at the
// connection; CPU is that of this process (which does what a worker does) and of PostgreSQL's session.
// Usage: node bench/analysis/look.ts [looks]
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import { startPostgres } from '../../cli/up/servers/postgres.ts';
import { flushCounters } from '../../config-store/gateway-view/flush-counters.ts';
import { heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import { migrate } from '../../config-store/schema/migrate.ts';
import {
  createApp,
  environment,
  raise,
  startRelease,
} from '../../config-store/test-fixtures/release-fixture.ts';
import { createLookActivities } from '../../activities/looks/look.ts';
import type { LookArgs } from '../../activities/looks/contract.ts';
import { noArmCounts, type ArmCounts } from '../../domain/guardrail/arm-counts.ts';
import { latencyBucketCount } from '../../domain/guardrail/latency-buckets.ts';
import { guardrailCounting, judgedGuardrails } from '../../domain/guardrail/registry.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { quantile } from './random.ts';

const gateways = 50;
const subjects = 100_000;
/** Looks that a day of 15 s brings. */
const looksBefore = 5_760;
const charged = 40_000;
/** Requests that a gateway has served under each version: of a minute, and of a day. */
const served = { minute: 1_000, day: 200_000 };
const hold = '24h';

const plan = planSchema.parse({
  ...{ evaluate: 'skip', mirror: 'skip', maxHold: '48h' },
  steps: [5, 25, 100].map((weight) => ({ weight, hold, minExposures: 50 })),
  guardrails: {
    ...{ cost: {}, tokens: {}, score: {} },
    'half-a-minute': { kind: 'latency', slowerThan: '30s' },
    thumbs: { kind: 'event', event: 'thumb', bad: 'down' },
  },
});
const counterNames = judgedGuardrails(plan).flatMap(({ counters }) => counters.map(({ name }) => name));

/** What a gateway has counted after so many requests of an arm. */
function countsOf(admitted: number): ArmCounts {
  const buckets = (length: number) => Array.from({ length }, (_, i) => Math.round(admitted / (i + 2)));
  const each = { exposed: admitted, bad: 0 };
  return {
    ...{
      ...noArmCounts(),
      admitted,
      completed: admitted,
      tokensIn: 900 * admitted,
      tokensOut: 200 * admitted,
    },
    ...{ drawn: admitted, settled: { short: admitted, long: admitted } },
    ...{ latencyBuckets: buckets(latencyBucketCount), answerBuckets: buckets(latencyBucketCount) },
    valueBuckets: { cost: buckets(60), tokens: buckets(60) },
    facts: { answers: admitted, truncated: 3, refused: 2, invalidFormat: 1 },
    callersWord: { reported: 0, retries: 1, left: 2, faults: 3 },
    guardrails: Object.fromEntries(
      counterNames.map((name) => [name, { short: { ...each }, long: { ...each } }]),
    ),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-look-'));
const postgres = await startPostgres({
  ...{ dataDirectory: join(folder, 'postgres'), durable: false },
  log: () => undefined,
});
await migrate(postgres.url);
const db = new Pool({ connectionString: postgres.url, max: 4 });
/** The one session that looks are taken in. */
const watched = new Pool({ connectionString: postgres.url, max: 1 });
// The server may be gone before the last of their connections is.
for (const pool of [db, watched]) pool.on('error', () => undefined);
let statements = 0;
watched.on('connect', (client) => {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  Object.assign(client, {
    query: (...args: unknown[]) => {
      statements += 1;
      return query(...args);
    },
  });
});

const { app } = await createApp(db);
const opened = await startRelease(db, app, 'b', plan);
const { id: releaseId } = opened.release;
const counting = {
  ...guardrailCounting(plan, { stableAnswerBuckets: countsOf(10_000).latencyBuckets }),
  ...{ endedMs: 62_000, observed: ranged(['cost', 'tokens']), scored: ranged(['score']) },
};
const versions: number[] = [];
let expectedVersion = opened.splitVersion;
for (const weight of [5, 25, 95]) {
  const written = await raise(db, opened, { weight, expectedVersion, counting });
  if (written.kind !== 'written') throw new Error(`The split was not written: ${written.kind}.`);
  expectedVersion = written.version;
  versions.push(written.version);
}
const splitVersion = expectedVersion;
const boots = Array.from({ length: gateways }, () => ({
  gatewayId: randomUUID(),
  bootId: randomUUID(),
  environment,
}));

function ranged(names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, { kind: name, least: 0, most: 1 }]));
}

let sequence = 0;
async function beatAndCount(perGateway: number, of: readonly number[]): Promise<void> {
  sequence += 1;
  const counters = of.flatMap((version) => {
    const share = [0.05, 0.25, 0.95][versions.indexOf(version)] ?? 0;
    const armsOf = { candidate: share, stable: 1 - share } as const;
    return (['candidate', 'stable'] as const).map((arm) => ({
      ...{ app, splitVersion: version, arm, counts: countsOf(Math.round(perGateway * armsOf[arm])) },
    }));
  });
  for (const gateway of boots) {
    await heartbeat(db, { ...gateway, acks: { [app]: splitVersion }, refusals: {}, fingerprint: {} });
    await flushCounters(db, { ...gateway, sequence, counters, charges: [], seen: [] });
  }
}

/** All gateways live, and one has counted more. */
async function goOn(perGateway: number): Promise<void> {
  await db.query('update gateway_instance set heartbeat_at = clock_timestamp()');
  const all = boots.splice(1);
  await beatAndCount(perGateway, [splitVersion]);
  boots.push(...all);
  await db.query('update gateway_instance set heartbeat_at = clock_timestamp()');
}

/** What a day has left, in bulk: as gateways would have written it row by row. */
async function fill(): Promise<void> {
  const chargedCounters = counterNames.filter((name) => !/p50|thumbs|half/.test(name));
  await db.query(
    `insert into charged_subject (release_id, guardrail, horizon, subject_hash, arm, split_version)
     select $1, counter, horizon, hash * 7919, case when hash % 20 = 0 then 'stable' else 'candidate' end, $2
     from unnest($3::text[]) counter, unnest(array['short', 'long']) horizon, generate_series(1, $4::int) hash`,
    [releaseId, splitVersion, chargedCounters, charged],
  );
  await db.query(
    `insert into seen_subject (app, environment, split_version, subject_hash, arm)
     select $1, $2, $3, hash * 4, case when hash % 20 = 0 then 'stable' else 'candidate' end
     from generate_series(1, $4::int) hash`,
    [app, environment, splitVersion, subjects / 4],
  );
  await db.query(
    `insert into observation (release_id, guardrail, split_version, subject_hash, arm, admitted_at, value)
     select $1, guardrail, $2, hash * 31, case when hash % 2 = 0 then 'stable' else 'candidate' end,
       now() - interval '24 hours' * (1 - hash / $3::float), 0.2 + 0.6 * random()
     from unnest(array['cost', 'tokens', 'score']) guardrail, generate_series(1, $3::int) hash`,
    [releaseId, splitVersion, subjects / 10],
  );
  await db.query(
    `insert into observation_watermark (release_id, guardrail, admitted_up_to) values ($1, 'score', now())`,
    [releaseId],
  );
  await db.query(
    `insert into evidence (release_id, stage, look, split_version, counts, judgement, measured_at)
     select release_id, stage, 100000 + n, split_version, counts, judgement, measured_at - n * interval '15 seconds'
     from evidence, generate_series(1, $2::int) n where release_id = $1 and look = 0`,
    [releaseId, looksBefore],
  );
  await db.query('vacuum analyze');
}

const looks = createLookActivities({ db: watched });
let look = 0;
async function takeOne() {
  const dayMs = 24 * 3_600_000;
  const args: LookArgs = {
    ...{ releaseId, stage: 'canary-100', look, splitVersion, weight: 95, elapsedMs: 15_000 },
    ...{ heldMs: dayMs - 3_600_000 + 15_000 * look, holdMs: dayMs, deadlineMs: 2 * dayMs, minExposures: 50 },
    ...{ leaseMs: 75_000, promote: false },
  };
  look += 1;
  const { rows } = await watched.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  statements = 0;
  const [before, ofSession, startedMs] = [process.cpuUsage(), sessionMs(pid), performance.now()];
  const result = await looks.takeLook(args);
  const { user, system } = process.cpuUsage(before);
  return {
    ...{
      verdict: result.verdict,
      reason: result.reason,
      guardrails: result.guardrails.length,
      statements,
    },
    ...{ workerMs: (user + system) / 1_000, sessionMs: sessionMs(pid) - ofSession },
    wholeMs: performance.now() - startedMs,
  };
}

/** CPU that a session of PostgreSQL has used, to the hundredth of a second that the kernel counts in. */
function sessionMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

async function measure(name: keyof typeof served, count: number) {
  const taken: Awaited<ReturnType<typeof takeOne>>[] = [];
  for (let i = 0; i < count; i++) {
    await goOn(served[name] + 10 * look);
    taken.push(await takeOne());
    await delay(20);
  }
  const warm = taken.slice(Math.min(10, count - 1));
  const of = (key: 'workerMs' | 'sessionMs' | 'wholeMs') => warm.map((each) => each[key]);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const newest = taken.at(-1);
  console.log(
    `after a ${name}: ${newest?.guardrails} guardrails, ${newest?.verdict} (${newest?.reason}); statements ` +
      `${quantile(
        taken.map((each) => each.statements),
        0.5,
      )}, at most ${Math.max(...taken.map((each) => each.statements))}; CPU of the worker median ` +
      `${quantile(of('workerMs'), 0.5).toFixed(1)} ms, 95 % ${quantile(of('workerMs'), 0.95).toFixed(1)}, ` +
      `of PostgreSQL's session ${mean(of('sessionMs')).toFixed(1)} ms on the average; whole look median ` +
      `${quantile(of('wholeMs'), 0.5).toFixed(1)} ms`,
  );
  return {
    statements: Math.max(...taken.map((each) => each.statements)),
    workerMs: quantile(of('workerMs'), 0.5),
  };
}

const count = Number(process.argv[2] ?? 60);
await beatAndCount(served.minute, versions);
await measure('minute', count);
await beatAndCount(served.day, versions);
await fill();
const found = await measure('day', count);
const bar = { statements: 3, workerMs: 30 };
const isMet = found.statements <= bar.statements && found.workerMs <= bar.workerMs;
console.log(
  `${isMet ? 'MET' : 'NOT MET'}: one look, 12 guardrails, 50 gateways, after a day: ${found.workerMs.toFixed(1)} ms of the ` +
    `worker's CPU (bar ${bar.workerMs}), at most ${found.statements} statements (bar ${bar.statements})`,
);

await Promise.all([db.end(), watched.end()]);
await postgres.stop();
rmSync(folder, { recursive: true, force: true });

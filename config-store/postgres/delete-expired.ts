import { queryOne, type Db } from './db.ts';

/** Rows deleted, by what they are. */
export interface Deleted {
  readonly samples: number;
  /** Those beyond the newest that an app keeps. */
  readonly samplesOverCap: number;
  /** Requests as they came whose hour is over, or that may not be kept any more. */
  readonly freshSamples: number;
  readonly freshSamplesOverCap: number;
  /** What mirrors asked and heard. */
  readonly mirrored: number;
  readonly evalRuns: number;
  readonly stableWatchRuns: number;
  readonly idempotencyKeys: number;
  readonly erasures: number;
  readonly armCounters: number;
  readonly seenSubjects: number;
  readonly chargedSubjects: number;
  readonly chargeTallies: number;
  readonly stepUnits: number;
  readonly unitTallies: number;
  readonly observations: number;
  readonly feedback: number;
  readonly observationWatermarks: number;
  readonly judgedStates: number;
  readonly gateways: number;
  /** Applications that decided themselves. */
  readonly splitClients: number;
  readonly exchangedTokens: number;
  readonly seenOidcTokens: number;
  /** Of assignments that are good no more. */
  readonly usedAssignments: number;
  /** What webhooks were told. */
  readonly webhookMessages: number;
}

/** What looks rest on is kept for so long after the end of its release; the evidence itself stays for ever. */
const month = `interval '30 days'`;

/** Is this release open, or so lately closed that somebody may still want to look at its counts? */
const ofFreshRelease = (id: string): string =>
  `exists (select from release r where r.id = ${id} and (r.closed_at is null or r.closed_at > now() - ${month}))`;

/** Versions of splits that another one replaced a month ago, and whose release is as old. */
const oldVersion = `(
  select app, environment, version as split_version from split_history this
  where exists (select from split_history next where next.app = this.app and next.environment = this.environment
      and next.version > this.version and next.at <= now() - ${month})
    and not ${ofFreshRelease('this.release_id')}) old_version`;

type FreshKind = 'freshSamples' | 'freshSamplesOverCap';

/** For each kind, the table and the rows of it whose time is over. */
const expired: Record<
  Exclude<keyof Deleted, FreshKind>,
  { readonly table: string; readonly rows: string }
> = {
  samples: { table: 'sample', rows: 'from sample t where expires_at <= now()' },
  samplesOverCap: {
    table: 'sample',
    // Rows of one time came together: all of them go with the first that is too many. `offset 0` has the planner find
    // that one first, once for each app, and not again for each sample.
    rows: `from (select split.app, split.environment, newest.created_at from split join app on app.name = split.app
        cross join lateral (select created_at from sample s where s.app = split.app
          and s.environment = split.environment order by created_at desc offset app.max_samples limit 1) newest
        offset 0) too_many
      join sample t on t.app = too_many.app and t.environment = too_many.environment
        and t.created_at <= too_many.created_at`,
  },
  mirrored: { table: 'mirrored', rows: 'from mirrored t where expires_at <= now()' },
  // One that its release still waits for is deleted when that has ended: its workers need the row.
  evalRuns: {
    table: 'eval_run',
    rows: `from eval_run t where expires_at <= now() and not exists (
      select from release r where r.id = t.release_id and r.closed_at is null)`,
  },
  stableWatchRuns: {
    table: 'stable_watch_run',
    rows: `from stable_watch_run t where closed_at <= now() - ${month}`,
  },
  idempotencyKeys: {
    table: 'idempotency_key',
    rows: `from idempotency_key t where created_at <= now() - interval '7 days'`,
  },
  // Until then nothing is kept of who was erased.
  erasures: { table: 'erasure', rows: `from erasure t where at <= now() - interval '1 hour'` },
  armCounters: {
    table: 'arm_counter',
    rows: `from ${oldVersion} join arm_counter t using (app, environment, split_version)`,
  },
  seenSubjects: {
    table: 'seen_subject',
    rows: `from ${oldVersion} join seen_subject t using (app, environment, split_version)`,
  },
  chargedSubjects: {
    table: 'charged_subject',
    rows: `from charged_subject t where at <= now() - ${month} and not ${ofFreshRelease('t.release_id')}`,
  },
  chargeTallies: {
    table: 'charge_tally',
    rows: `from charge_tally t where at <= now() - ${month} and not ${ofFreshRelease('t.release_id')}`,
  },
  stepUnits: {
    table: 'step_unit',
    rows: `from step_unit t where at <= now() - ${month} and not ${ofFreshRelease('t.release_id')}`,
  },
  unitTallies: {
    table: 'unit_tally',
    rows: `from unit_tally t where at <= now() - ${month} and not ${ofFreshRelease('t.release_id')}`,
  },
  observations: {
    table: 'observation',
    rows: `from observation t where admitted_at <= now() - ${month} and not ${ofFreshRelease('t.release_id')}`,
  },
  // What came late is shown beside the release that it was of.
  feedback: { table: 'feedback', rows: `from feedback t where received_at <= now() - ${month}` },
  observationWatermarks: {
    table: 'observation_watermark',
    rows: `from observation_watermark t where admitted_up_to <= now() - ${month} and not ${ofFreshRelease('t.release_id')}`,
  },
  judgedStates: {
    table: 'judged_state',
    rows: `from judged_state t where at <= now() - ${month} and not ${ofFreshRelease('t.release_id')}`,
  },
  // A gateway that died without a last flush is a gap in the releases of its time: it stays as long as one is open.
  gateways: {
    table: 'gateway_instance',
    rows: `from gateway_instance t where heartbeat_at <= now() - ${month} and not exists (
      select from release r where r.environment = t.environment and r.closed_at is null
        and r.created_at <= t.heartbeat_at + interval '1 minute')`,
  },
  splitClients: {
    table: 'split_client',
    rows: `from split_client t where heartbeat_at <= now() - interval '2 days'`,
  },
  exchangedTokens: {
    table: 'exchanged_token',
    rows: `from exchanged_token t where expires_at <= now() - ${month}`,
  },
  // What has expired is refused for that.
  seenOidcTokens: { table: 'oidc_seen', rows: `from oidc_seen t where expires_at <= now()` },
  // They are good for a day, by the gateways' clocks.
  usedAssignments: {
    table: 'used_assignment',
    rows: `from used_assignment t where at <= now() - interval '2 days'`,
  },
  webhookMessages: {
    table: 'webhook_message',
    rows: `from webhook_message t where coalesce(delivered_at, dead_at) <= now() - ${month}`,
  },
};

/**
 * Deletes what nobody needs any more: samples and what was derived from them when their time is over (invariant 22) or
 * when an app has more of them than it keeps, idempotency keys after a week, and a month after their end the counters and subjects of releases, and gateway
 * processes. At most `batch` rows of each kind at a time, so that no statement holds locks for long.
 */
export async function deleteExpired(
  db: Db,
  { batch = 5_000 }: { readonly batch?: number } = {},
): Promise<Deleted> {
  const gone = async (kind: keyof typeof expired): Promise<number> => {
    const { table, rows } = expired[kind];
    const { count } = await queryOne<{ readonly count: number }>(
      db,
      `with gone as (delete from ${table} where ctid = any (array(select t.ctid ${rows} limit $1)) returning 1)
       select count(*) as count from gone`,
      [batch],
    );
    return count;
  };
  // Who deletes them may not read them.
  const goneBy = async (name: string): Promise<number> =>
    (await queryOne<{ readonly count: number }>(db, `select ${name}($1) as count`, [batch])).count;
  return {
    samples: await gone('samples'),
    samplesOverCap: await gone('samplesOverCap'),
    freshSamples: await goneBy('delete_stale_fresh_samples'),
    freshSamplesOverCap: await goneBy('delete_fresh_samples_over_cap'),
    mirrored: await gone('mirrored'),
    evalRuns: await gone('evalRuns'),
    stableWatchRuns: await gone('stableWatchRuns'),
    idempotencyKeys: await gone('idempotencyKeys'),
    erasures: await gone('erasures'),
    armCounters: await gone('armCounters'),
    seenSubjects: await gone('seenSubjects'),
    chargedSubjects: await gone('chargedSubjects'),
    chargeTallies: await gone('chargeTallies'),
    stepUnits: await gone('stepUnits'),
    unitTallies: await gone('unitTallies'),
    observations: await gone('observations'),
    feedback: await gone('feedback'),
    observationWatermarks: await gone('observationWatermarks'),
    judgedStates: await gone('judgedStates'),
    gateways: await gone('gateways'),
    splitClients: await gone('splitClients'),
    exchangedTokens: await gone('exchangedTokens'),
    seenOidcTokens: await gone('seenOidcTokens'),
    usedAssignments: await gone('usedAssignments'),
    webhookMessages: await gone('webhookMessages'),
  };
}

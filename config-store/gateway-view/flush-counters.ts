import { json, query, type Db } from '../db.ts';
import type { ArmCounterRow, Charge, Seen } from '../types.ts';

export interface Flush {
  gatewayId: string;
  bootId: string;
  environment: string;
  /** Rises with every flush of this boot; a flush that comes again, or late, changes nothing. */
  sequence: number;
  /** Cumulative since the boot. */
  counters: readonly ArmCounterRow[];
  charges: readonly Charge[];
  seen: readonly Seen[];
}

/**
 * Stores a gateway's counts, in one statement, all or nothing; repeating one is harmless (invariant 21). Of the
 * charges of a subject the first one counts, whichever gateway sends it. Rows go in by the order of their keys, so
 * that two gateways never wait for each other in a circle.
 */
export async function flushCounters(db: Db, flush: Flush): Promise<void> {
  await query(
    db,
    `with counted as (
       insert into arm_counter (gateway_id, boot_id, environment, sequence, app, split_version, arm, counts)
       select $1, $2, $3, $4, app, "splitVersion", arm, counts
       from jsonb_to_recordset($5) as row (app text, "splitVersion" bigint, arm text, counts jsonb)
       on conflict (gateway_id, boot_id, app, environment, split_version, arm) do update
         set counts = excluded.counts, sequence = excluded.sequence, updated_at = now()
         where excluded.sequence > arm_counter.sequence),
     charged as (
       insert into charged_subject (release_id, guardrail, horizon, subject_hash, arm, split_version)
       select "releaseId", guardrail, horizon, "subjectHash", arm, "splitVersion"
       from jsonb_to_recordset($6) as row
         ("releaseId" text, guardrail text, horizon text, "subjectHash" bigint, arm text, "splitVersion" bigint)
       order by 1, 2, 3, 4
       on conflict do nothing)
     insert into seen_subject (environment, app, split_version, subject_hash, arm)
     select $3, app, "splitVersion", "subjectHash", arm
     from jsonb_to_recordset($7) as row (app text, "splitVersion" bigint, "subjectHash" bigint, arm text)
     order by 2, 3, 4
     on conflict do nothing`,
    [
      flush.gatewayId,
      flush.bootId,
      flush.environment,
      flush.sequence,
      json(flush.counters),
      json(flush.charges),
      json(flush.seen),
    ],
  );
}

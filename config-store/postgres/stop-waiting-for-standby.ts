import { query, type Db } from './db.ts';

/**
 * A commit of this program's other sessions that has waited for a synchronous standby for longer than that is waited for no
 * more: it is on this server, others see it, and the standby has it when it is back. Returns how long the oldest had waited,
 * in milliseconds; undefined where none did. It takes a program that no other one shares its name with.
 */
export async function stopWaitingForStandby(
  db: Db,
  { olderThanMs }: { readonly olderThanMs: number },
): Promise<number | undefined> {
  const waiting = await query<{ readonly ageMs: number }>(
    db,
    `with waiting as materialized (
       select pid, (extract(epoch from clock_timestamp() - query_start) * 1000)::bigint as age_ms from pg_stat_activity
       where application_name = current_setting('application_name') and pid <> pg_backend_pid()
         and datname = current_database() and wait_event = 'SyncRep'
         and query_start < clock_timestamp() - $1 * interval '1 millisecond')
     select age_ms as "ageMs" from waiting where pg_cancel_backend(pid) order by 1 desc`,
    [olderThanMs],
  );
  return waiting[0]?.ageMs;
}

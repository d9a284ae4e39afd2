import { query, type Db } from './db.ts';

export interface TerminatedSession {
  readonly pid: number;
  readonly applicationName: string;
  /** How long its transaction had been open. */
  readonly ageMs: number;
}

/**
 * Break-glass: ends the sessions that hold the rows a rollback needs in a transaction older than that, such as a
 * client that is half gone. Needs to be the same database role, or one with `pg_signal_backend`.
 */
export function terminateBlockers(
  db: Db,
  {
    app,
    environment,
    olderThanMs,
  }: { readonly app: string; readonly environment: string; readonly olderThanMs: number },
): Promise<TerminatedSession[]> {
  return query<TerminatedSession>(
    db,
    `select pid, application_name as "applicationName", age_ms as "ageMs" from terminate_blockers($1, $2, $3)`,
    [app, environment, olderThanMs],
  );
}

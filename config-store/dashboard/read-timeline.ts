import { query, type Db } from '../postgres/db.ts';
import type { CommandKind } from '../../domain/release/release.ts';

/** What somebody decided about a release. */
export interface DecidedRow {
  readonly kind: CommandKind;
  readonly actor: string;
  readonly reason?: string;
  readonly stage?: string;
  readonly at: string;
  /** What became of it, as a sentence; absent while nothing has. */
  readonly result?: string;
}

/** A version of the split that a release has written. */
export interface ServedRow {
  readonly at: string;
  readonly version: number;
  /** The candidate's share from then on, in percent. */
  readonly weight: number;
  /** That of its audience, where nobody else had it. */
  readonly audience?: number;
  readonly kind: string;
  readonly actor: string;
  readonly reason: string;
}

/** The newest 200 decisions about a release. */
export function listDecided(db: Db, releaseId: string): Promise<DecidedRow[]> {
  return query<DecidedRow>(
    db,
    `select kind, actor, reason, expected_stage as stage, created_at as at, result from command
     where release_id = $1 order by id desc limit 200`,
    [releaseId],
  );
}

/** What a release has written into its split, oldest first, and what took its candidate off it. */
export function listServed(db: Db, releaseId: string): Promise<ServedRow[]> {
  return query<ServedRow>(
    db,
    `select h.at, h.version, case when h.candidate = r.revision then h.weight when h.stable = r.revision then 100 else 0 end
         as weight, h.kind, h.actor, h.reason,
       case when h.candidate = r.revision and h.weight = 0 then (h.counting #>> '{audience,weight}')::float8 end as audience
     from release r join split_history h on h.app = r.app and h.environment = r.environment and h.release_id = r.id
     where r.id = $1 order by h.version limit 500`,
    [releaseId],
  );
}

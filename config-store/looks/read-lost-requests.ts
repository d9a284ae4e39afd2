import { errors } from '../../domain/guardrail/errors.ts';
import { queryOne, type Db } from '../postgres/db.ts';

/** Requests of the candidate under one version of a split. */
export interface LostRequests {
  /** Admitted by gateway processes that ended without settling them: nobody knows what became of these. */
  readonly lost: number;
  /** Admitted by all. */
  readonly admitted: number;
}

/**
 * How many of the candidate's requests fell into gaps: what the processes `gaps` (`gateway/boot`) had admitted and had not
 * settled, at the long horizon, when they flushed last. What they admitted after that flush is in neither number.
 */
export function readLostRequests(
  db: Db,
  args: {
    readonly app: string;
    readonly environment: string;
    readonly splitVersion: number;
    readonly gaps: readonly string[];
  },
): Promise<LostRequests> {
  return queryOne<LostRequests>(
    db,
    `with row as (
       select gateway_id || '/' || boot_id = any ($4) as dead, (counts->>'admitted')::bigint as admitted,
         coalesce(counts #>> '{settled,long}', counts #>> array['guardrails', $5, 'long', 'exposed'], '0')::bigint as settled
       from arm_counter where app = $1 and environment = $2 and split_version = $3 and arm = 'candidate')
     select coalesce(sum(greatest(0, admitted - settled)) filter (where dead), 0)::bigint as lost,
       coalesce(sum(admitted), 0)::bigint as admitted from row`,
    [args.app, args.environment, args.splitVersion, [...args.gaps], errors.name],
  );
}

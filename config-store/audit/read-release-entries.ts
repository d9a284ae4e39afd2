import { query, type Db } from '../postgres/db.ts';
import { chainedColumns, type ChainedEntry } from '../chain/audit-entry.ts';

/** An entry, with the hash of the one before it; one that waits for its place has neither place nor hash. */
export type ReleaseEntry = Omit<ChainedEntry, 'position' | 'hash'> & {
  readonly position?: number;
  readonly hash?: string;
  readonly previous?: string;
};

export interface ReleaseEntries {
  readonly releaseId: string;
  readonly app: string;
  /** Digest. */
  readonly revision: string;
  /** The policy that the release was held to. */
  readonly policy?: { readonly scope: string; readonly version: number } | undefined;
  readonly limit: number;
}

/**
 * What the audit log has of a release, oldest first: its own entries, those of its revision (who published it, what was
 * found of it), and who published its policy. Without what the database writes of changed rows. One more than `limit` says
 * that there are more.
 */
export function readReleaseEntries(
  db: Db,
  { releaseId, app, revision, policy, limit }: ReleaseEntries,
): Promise<ReleaseEntry[]> {
  return query<ReleaseEntry>(
    db,
    `select ${chainedColumns}, (select encode(before.hash, 'hex') from audit_entry before
       where before.position = audit_entry.position - 1) as previous
     from audit_entry
     where action <> 'state.sealed' and (release_id = $1
       or (app = $2 and action in ('revision.published', 'revision.condemned', 'revision.cleared')
         and $3 in (details ->> 'digest', details ->> 'revision'))
       or ((app = $4 or app is null and $4 = '*') and action = 'policy.published' and details ->> 'scope' = $4
         and details ->> 'version' = $5))
     order by position nulls last, id limit $6`,
    [releaseId, app, revision, policy?.scope, policy?.version.toString(), limit + 1],
  );
}

import type { JsonObject } from '../../domain/json.ts';
import { storable } from '../../domain/text/storable.ts';
import { json, query, type Db } from '../postgres/db.ts';

export interface AuditInput {
  readonly actor: string;
  /** What was done, as `thing.verb`: `revision.published`. */
  readonly action: string;
  readonly app?: string | undefined;
  readonly environment?: string | undefined;
  readonly releaseId?: string | undefined;
  readonly details: JsonObject;
}

/** Writes an audit entry inside of the caller's transaction, so that it commits with what it records (invariant 11). */
export async function appendAudit(client: Db, entry: AuditInput): Promise<void> {
  await query(client, 'select append_audit($1, $2, $3, $4, $5, $6)', [
    entry.actor,
    entry.action,
    entry.app,
    entry.environment,
    entry.releaseId,
    json(storable(entry.details)),
  ]);
}

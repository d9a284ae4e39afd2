import type { Pool } from 'pg';
import { appendAudit } from './append-audit.ts';
import { auditKeysOf } from '../chain/audit-keys.ts';
import { query } from '../postgres/db.ts';
import { sequenceAudit } from '../chain/sequence-audit.ts';
import { inTransaction } from '../postgres/transaction.ts';

/**
 * Has the pool's key seal the end of the chain, where another key does, or none: with an entry that says so. All that
 * was chained before is covered by that seal. Idempotent.
 */
export async function beginSealing(db: Pool): Promise<void> {
  const [key] = auditKeysOf(db) ?? [];
  if (key === undefined) return;
  await inTransaction(db, async (client) => {
    await query(client, 'select from audit_turn for update');
    const [newest] = await query<{ readonly keyId?: string }>(
      client,
      'select key_id as "keyId" from audit_entry where position is not null order by position desc limit 1',
    );
    if (newest?.keyId === key.id) return;
    await appendAudit(client, {
      actor: 'system:audit',
      action: 'audit.key_changed',
      details: { keyId: key.id, ...(newest?.keyId === undefined ? {} : { former: newest.keyId }) },
    });
  });
  await sequenceAudit(db);
}

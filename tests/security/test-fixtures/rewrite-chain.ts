import type { PoolClient } from 'pg';
import { chainedColumns } from '../../../config-store/chain/audit-entry.ts';
import { query } from '../../../config-store/postgres/db.ts';
import { chainHash, firstHash, type ChainedEntry } from '../../../domain/audit/entry.ts';
import { sealEntry, type AuditKey } from '../../../domain/audit/keys.ts';

/** How a chain that was made anew is sealed: as it was, not at all, or by a key of the forger's. */
export type Sealing = 'kept' | 'none' | AuditKey;

/** Makes the whole chain anew over the entries as they are now, in the order of their places, without gaps. */
export async function rewriteChain(client: PoolClient, sealing: Sealing, from = 1): Promise<void> {
  const entries = await query<ChainedEntry>(
    client,
    `select ${chainedColumns} from audit_entry where position is not null order by position, id`,
  );
  let previous = firstHash;
  const links = entries.map((entry, i) => {
    const position = i + 1;
    const hash = chainHash(entry, position, previous);
    previous = hash;
    if (sealing === 'none') return { id: entry.id, position, hash };
    if (sealing === 'kept' || position < from) {
      return { id: entry.id, position, hash, mac: entry.mac, keyId: entry.keyId };
    }
    return {
      id: entry.id,
      position,
      hash,
      mac: sealEntry(sealing, { position, hash, xact: entry.xact }),
      keyId: sealing.id,
    };
  });
  await query(client, 'update audit_entry set position = -position where position is not null');
  await query(
    client,
    `update audit_entry set position = link.position, hash = decode(link.hash, 'hex'),
       mac = decode(link.mac, 'hex'), key_id = link."keyId"
     from jsonb_to_recordset($1) as link (id bigint, position bigint, hash text, mac text, "keyId" text)
     where audit_entry.id = link.id`,
    [JSON.stringify(links)],
  );
}

import { z } from 'zod';
import { gatewayKeySchema } from '../../domain/access/gateway-key.ts';
import { queryOne, type Db } from '../postgres/db.ts';

/** The keys that are valid; absent where they are those that the reader knows by their digest. */
const keysReadSchema = z.object({ digest: z.string(), keys: z.array(gatewayKeySchema).optional() });
export type KeysRead = z.infer<typeof keysReadSchema>;

/** The hashes of the keys that are valid in an environment, and what they are good for. */
export async function readKeys(
  db: Db,
  { environment, known }: { readonly environment: string; readonly known: string | undefined },
): Promise<KeysRead> {
  const { read } = await queryOne<{ readonly read: unknown }>(db, 'select gateway_keys($1, $2) as read', [
    environment,
    known,
  ]);
  return keysReadSchema.parse(read);
}

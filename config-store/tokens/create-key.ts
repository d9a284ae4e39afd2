import { SluiceError } from '../../domain/errors.ts';
import { unknownApp } from '../../domain/refusals.ts';
import { keyHash, newKey, type KeyScope } from '../../domain/access/gateway-key.ts';
import { query, type Db } from '../postgres/db.ts';
import { newId } from '../postgres/ids.ts';

export interface KeyToCreate {
  readonly name: string;
  readonly apps: readonly string[];
  readonly scopes: readonly KeyScope[];
  /** All of them where none is named. */
  readonly environments?: readonly string[] | undefined;
  readonly requestsPerMinute: number;
  readonly inFlight: number;
  readonly actor: string;
}

/**
 * Makes a key for callers of gateways, shown this once. Throws `conflict` where a valid key has the name, and
 * `not_found` for an app that does not exist.
 */
export async function createKey(
  db: Db,
  asked: KeyToCreate,
): Promise<{ readonly id: string; readonly key: string }> {
  await requireApps(db, asked.apps);
  const key = newKey();
  const id = newId('key');
  const { name, apps, scopes, environments, requestsPerMinute, inFlight, actor } = asked;
  const created = await query(
    db,
    `with created as (
       insert into gateway_key (id, name, apps, scopes, environments, requests_per_minute, in_flight, hash)
       values ($1, $2, $3, $4, $5, $6, $7, decode($8, 'hex'))
       on conflict (name) where revoked_at is null do nothing returning *),
     audited as (
       insert into audit_entry (actor, action, details)
       select $9, 'key.created', jsonb_build_object('id', id, 'name', name, 'apps', to_jsonb(apps),
         'scopes', to_jsonb(scopes), 'environments', to_jsonb(environments)) from created)
     select id from created`,
    [
      ...[id, name, [...apps], [...scopes], environments === undefined ? null : [...environments]],
      ...[requestsPerMinute, inFlight, keyHash(key), actor],
    ],
  );
  if (created.length === 0) {
    throw new SluiceError('conflict', `There is a valid key named "${name}".`, {
      remedy: 'Choose another name, or revoke that one first.',
    });
  }
  return { id, key };
}

async function requireApps(db: Db, apps: readonly string[]): Promise<void> {
  const [unknown] = await query<{ readonly app: string }>(
    db,
    'select app from unnest($1::text[]) as app where not exists (select from app known where known.name = app)',
    [[...apps]],
  );
  if (unknown !== undefined) throw unknownApp(unknown.app);
}

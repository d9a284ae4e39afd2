import type { JsonObject } from '../../domain/json.ts';
import { storable } from '../../domain/storable.ts';
import { json, query, type Db } from '../db.ts';
import type { Ahead, Refusal } from '../types.ts';

export interface Heartbeat {
  gatewayId: string;
  /** New for each process. */
  bootId: string;
  environment: string;
  /** The split version that it serves, by app. */
  acks: Readonly<Record<string, number>>;
  /** What it cannot serve, by app, and why. */
  refusals: Readonly<Record<string, Refusal>>;
  /** What it has served, by app, and the database has lost. */
  ahead?: Readonly<Record<string, Ahead>> | undefined;
  fingerprint: JsonObject;
  /** With the last one of an orderly end, after the last flush. */
  ended?: boolean | undefined;
}

/** Says that a gateway lives and what it serves. */
export async function heartbeat(db: Db, beat: Heartbeat): Promise<void> {
  await query(
    db,
    `insert into gateway_instance (id, boot_id, environment, acks, refusals, fingerprint, ended_at, ahead)
     values ($1, $2, $3, $4, $5, $6, case when $7 then now() end, $8)
     on conflict (id, boot_id) do update set acks = excluded.acks, refusals = excluded.refusals,
       fingerprint = excluded.fingerprint, ahead = excluded.ahead, heartbeat_at = now(),
       ended_at = coalesce(gateway_instance.ended_at, excluded.ended_at)`,
    [
      beat.gatewayId,
      beat.bootId,
      beat.environment,
      json(beat.acks),
      json(storable(beat.refusals)),
      json(storable(beat.fingerprint)),
      beat.ended ?? false,
      json(beat.ahead ?? {}),
    ],
  );
}

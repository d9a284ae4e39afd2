import type { JsonObject } from '../../domain/json.ts';
import { storable } from '../../domain/text/storable.ts';
import { json, query, type Db } from '../postgres/db.ts';
import type { Ahead, SplitRefusal } from '../gateways/gateway-row.ts';

export interface Heartbeat {
  readonly gatewayId: string;
  /** New for each process. */
  readonly bootId: string;
  readonly environment: string;
  /** The split version that it serves, by app. */
  readonly acks: Readonly<Record<string, number>>;
  /** What it cannot serve, by app, and why. */
  readonly refusals: Readonly<Record<string, SplitRefusal>>;
  /** What it has served, by app, and the database has lost. */
  readonly ahead?: Readonly<Record<string, Ahead>> | undefined;
  readonly fingerprint: JsonObject;
  /** With the last one of an orderly end, after the last flush. */
  readonly ended?: boolean | undefined;
}

/** Says that a gateway lives and what it serves. */
export async function heartbeat(db: Db, beat: Heartbeat): Promise<void> {
  await query(db, 'select gateway_heartbeat($1, $2, $3, $4, $5, $6, $7, $8)', [
    beat.gatewayId,
    beat.bootId,
    beat.environment,
    json(beat.acks),
    json(storable(beat.refusals)),
    json(storable(beat.fingerprint)),
    beat.ended ?? false,
    json(beat.ahead ?? {}),
  ]);
}

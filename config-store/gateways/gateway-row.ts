import type { JsonObject } from '../../domain/json.ts';

export interface SplitRefusal {
  readonly version: number;
  readonly reason: string;
}

/** What a gateway has served of an app, where the database has lost it (a replica took over, a backup was restored). */
export interface Ahead {
  /** The newest split version that it has served. */
  readonly version: number;
  /** Digests. */
  readonly stable?: string;
  readonly candidate?: string;
  readonly weight: number;
  /** The split version that it found in the database; 0: no split at all. */
  readonly told: number;
}

export interface GatewayRow {
  readonly gatewayId: string;
  readonly bootId: string;
  readonly environment: string;
  /** The split version that it serves, by app. */
  readonly acks: Record<string, number>;
  readonly refusals: Record<string, SplitRefusal>;
  /** By app; empty but after a loss. */
  readonly ahead: Record<string, Ahead>;
  readonly fingerprint: JsonObject;
  readonly startedAt: string;
  readonly heartbeatAgeMs: number;
  /** Heartbeat under 5 s old and not ended. */
  readonly live: boolean;
  readonly endedCleanly: boolean;
}

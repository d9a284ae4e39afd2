import type { JsonObject } from '../../domain/json.ts';

export interface SplitRefusal {
  version: number;
  reason: string;
}

/** What a gateway has served of an app, where the database has lost it (a replica took over, a backup was restored). */
export interface Ahead {
  /** The newest split version that it has served. */
  version: number;
  /** Digests. */
  stable?: string;
  candidate?: string;
  weight: number;
  /** The split version that it found in the database; 0: no split at all. */
  told: number;
}

export interface GatewayRow {
  gatewayId: string;
  bootId: string;
  environment: string;
  /** The split version that it serves, by app. */
  acks: Record<string, number>;
  refusals: Record<string, SplitRefusal>;
  /** By app; empty but after a loss. */
  ahead: Record<string, Ahead>;
  fingerprint: JsonObject;
  startedAt: string;
  heartbeatAgeMs: number;
  /** Heartbeat under 5 s old and not ended. */
  live: boolean;
  endedCleanly: boolean;
}

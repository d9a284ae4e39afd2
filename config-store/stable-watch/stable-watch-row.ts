import type { JsonValue } from '../../domain/json.ts';
import type { StableWatchAlarm, StableWatchOutcome } from '../../domain/stable-watch/stable-watch.ts';

/** How an app's stable revision is watched, and what holds releases back because of it. */
export interface StableWatchRow {
  readonly app: string;
  readonly enabled: boolean;
  /** A duration as people write it. */
  readonly every: string;
  readonly callsPerDay: number;
  readonly usdPerDay?: number;
  /** What its schedule was made from, and since when nobody has seen whether it is so still. */
  readonly scheduled?: string;
  readonly scheduleAgeMs?: number;
  /** Of the revision that is stable now; about another one it is no alarm. */
  readonly alarm?: StableWatchAlarm;
  readonly alarmSays?: string;
  readonly alarmSince?: string;
  readonly alarmRun?: string;
  readonly liftedAt?: string;
  readonly liftedBy?: string;
  readonly liftedReason?: string;
  /** Since a run has found anything but that it is not clear, or since it is set as it is; by the database's clock. */
  readonly measuredAgoMs: number;
}

/** One run of it. */
export interface StableWatchRunRow {
  readonly id: string;
  readonly app: string;
  readonly environment: string;
  /** Digest. */
  readonly revision: string;
  readonly label?: string;
  readonly askedBy?: string;
  readonly begunAt: string;
  readonly closedAt?: string;
  readonly outcome?: StableWatchOutcome;
  readonly says?: string;
  /** Of each target, what was found. */
  readonly targets?: JsonValue;
  readonly calls: number;
  readonly costUsd: number;
}

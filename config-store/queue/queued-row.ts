import type { JsonObject } from '../../domain/json.ts';
import type { QueueOutcome } from '../../domain/release/queue.ts';
import type { Role } from '../../domain/access/roles.ts';

/** A release that begins when those before it have ended. */
export interface QueuedRow {
  readonly id: string;
  readonly app: string;
  readonly label: string;
  readonly request: JsonObject;
  readonly actor: string;
  /** The subject of whoever asked, and with what role. */
  readonly author: string;
  readonly role: Role;
  /** Of the token that it was asked for by; absent in rows of before. */
  readonly tokenId?: string;
  readonly queuedAt: string;
  /** 1 for the one that is next; absent once it waits no more. */
  readonly position?: number;
  readonly closedAt?: string;
  readonly outcome?: QueueOutcome;
  readonly releaseId?: string;
  readonly reason?: string;
  readonly decidedBy?: string;
}

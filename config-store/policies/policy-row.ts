import type { JsonObject } from '../../domain/json.ts';

export interface PolicyRow {
  /** An app, or `*`. */
  scope: string;
  version: number;
  digest?: string;
  /** As it was published; absent where the scope has no policy of its own from then on. */
  policy?: JsonObject;
  actor: string;
  reason?: string;
  at: string;
}

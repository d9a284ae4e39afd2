import type { JsonObject } from '../../domain/json.ts';

export interface PolicyRow {
  /** An app, or `*`. */
  readonly scope: string;
  readonly version: number;
  readonly digest?: string;
  /** As it was published; absent where the scope has no policy of its own from then on. */
  readonly policy?: JsonObject;
  readonly actor: string;
  readonly reason?: string;
  readonly at: string;
}

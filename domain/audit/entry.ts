import { digestOf } from '../revision/digest.ts';
import type { JsonObject } from '../json.ts';

/** What the hash of an entry covers; `at` has microseconds, as the database keeps them. */
export interface HashedEntry {
  readonly id: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly app?: string | undefined;
  readonly environment?: string | undefined;
  readonly releaseId?: string | undefined;
  readonly details: JsonObject;
}

/** An entry with its place in the chain, and its seal where it has one. */
export interface ChainedEntry extends HashedEntry {
  readonly position: number;
  readonly hash: string;
  /** The transaction that wrote it, as text; absent in entries that are older than seals. */
  readonly xact?: string;
  readonly mac?: string;
  readonly keyId?: string;
}

/** An entry as the check of the state takes it: it may have no place in the chain yet. */
export type StateEntry = HashedEntry & { readonly xact?: string; readonly position?: number };

/** The hash of the entry before the first one. */
export const firstHash = '0'.repeat(64);

/** SHA-256 over the canonical JSON of an entry, its place in the chain and the hash before it, in hexadecimal. */
export function chainHash(entry: HashedEntry, position: number, previous: string): string {
  const { id, at, actor, action, app, environment, releaseId, details } = entry;
  return digestOf({ id, at, actor, action, app, environment, releaseId, details, position, previous });
}

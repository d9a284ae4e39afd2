import type { HashedEntry } from '../../domain/audit/entry.ts';

export interface AuditRow extends HashedEntry {
  /** Place in the chain; absent for the moment between its commit and the sequencer. */
  readonly position?: number;
  /** SHA-256 in hexadecimal over this entry and the hash before it. */
  readonly hash?: string;
}

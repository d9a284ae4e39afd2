import { existsSync, mkdirSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseHeads, type AuditHead } from '../../domain/audit/head.ts';

/** Where ends of the audit chain are written, out of the database's reach. */
export interface HeadStore {
  append(head: AuditHead): Promise<void>;
  /** All that were ever written, oldest first. Throws `invalid_file`. */
  all(): Promise<AuditHead[]>;
}

/** A file that is only ever appended to, one head a line, readable by its owner alone. */
export function createHeadsFile(path: string): HeadStore {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return {
    async append(head) {
      await appendFile(path, `${JSON.stringify(head)}\n`, { mode: 0o600 });
    },
    async all() {
      return existsSync(path) ? parseHeads(await readFile(path, 'utf8'), path) : [];
    },
  };
}

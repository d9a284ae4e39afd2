import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { auditKeysOf } from '../../config-store/chain/audit-keys.ts';
import { beginSealing } from '../../config-store/audit/begin-sealing.ts';
import { hasAuditHead, readAuditHead } from '../../config-store/audit/read-audit-head.ts';
import { sequenceAudit } from '../../config-store/chain/sequence-audit.ts';
import type { AuditHead } from '../../domain/audit/head.ts';
import type { HeadStore } from './audit-heads-file.ts';

export interface AuditKeeperParts {
  readonly db: Pool;
  /** Absent where heads are written nowhere: then only this process remembers them. */
  readonly store: HeadStore | undefined;
  readonly log: Logger;
  /** Between two rounds, in milliseconds. */
  readonly everyMs?: number;
}

export interface AuditKeeper {
  /** Every end of the chain that was noted: in the store, and by this process. */
  heads(): Promise<AuditHead[]>;
  /** Whether the chain still has the newest end that this process has seen. */
  isIntact(): boolean;
  stop(): Promise<void>;
}

/** A head that has not changed is written again after this, so that a reader sees that somebody still looks. */
const repeatAfterMs = 3_600_000;

/**
 * Chains and seals what has committed, and writes the end of the chain where the database cannot change it: within
 * seconds of each change. Without the key of a sealed chain it says so, and leaves the chaining to who has it.
 */
export function startAuditKeeper({ db, store, log, everyMs = 1_000 }: AuditKeeperParts): AuditKeeper {
  const stopping = new AbortController();
  let newest: AuditHead | undefined;
  let writtenAtMs = Number.NEGATIVE_INFINITY;
  /** Ends that the chain has no more: what was found once stays so. */
  const lost: AuditHead[] = [];
  let told = '';
  let sealing = false;

  const tellOnce = (what: string, more: object = {}): void => {
    if (what !== told) log.error(more, what);
    told = what;
  };

  const note = async (): Promise<void> => {
    newest ??= (await store?.all())?.at(-1);
    if (newest !== undefined && !(await hasAuditHead(db, newest))) {
      lost.push(newest);
      tellOnce('the audit log was cut or changed: see `sluice audit --verify`', { head: newest });
    }
    const head = await readAuditHead(db);
    const isOld = performance.now() - writtenAtMs > repeatAfterMs;
    if (head.hash === newest?.hash && !isOld) return;
    await store?.append(head);
    newest = head;
    writtenAtMs = performance.now();
  };

  const round = async (): Promise<void> => {
    try {
      if (!sealing) {
        await beginSealing(db);
        sealing = true;
      } else if (auditKeysOf(db) !== undefined) await sequenceAudit(db);
      await note();
      if (lost.length === 0) told = '';
    } catch (error) {
      tellOnce('the audit log could not be chained, or its head not be written', { err: error });
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await round();
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    await round();
  };
  const ended = loop();
  return {
    heads: async () => [...((await store?.all()) ?? []), ...lost, ...(newest === undefined ? [] : [newest])],
    isIntact: () => lost.length === 0,
    stop() {
      stopping.abort();
      return ended;
    },
  };
}

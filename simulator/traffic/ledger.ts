import type { AnswerRecord, ClientKind } from './answer-record.ts';

/** Counts of one client or of one arm and revision; percentiles are over the records still kept, in milliseconds. */
export interface Tally {
  readonly answers: number;
  readonly ok: number;
  readonly right: number;
  /** Answers that name another category. */
  readonly wrong: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface ServedTally extends Tally {
  /** `none` for answers without Sluice's headers. */
  readonly arm: string;
  readonly revision: string;
}

export interface Ledger {
  add(record: AnswerRecord): void;
  /** The newest records, oldest first; a bounded number. */
  records(): readonly AnswerRecord[];
  byClient(): Partial<Record<ClientKind, Tally>>;
  byRevision(): ServedTally[];
  /** Answers by split version and arm. */
  bySplitVersion(): Record<string, Record<string, number>>;
}

interface Counts {
  answers: number;
  ok: number;
  right: number;
  wrong: number;
  readonly errors: Record<string, number>;
  readonly reasons: Record<string, number>;
}

/** Counts every record for ever and keeps the newest `capacity` of them. */
export function createLedger(capacity: number): Ledger {
  const ring: AnswerRecord[] = [];
  let next = 0;
  const clients = new Map<ClientKind, Counts>();
  const revisions = new Map<string, Counts>();
  const versions: Record<string, Record<string, number>> = {};
  const records = (): AnswerRecord[] => [...ring.slice(next), ...ring.slice(0, next)];
  return {
    add(record) {
      ring[next] = record;
      next = (next + 1) % capacity;
      countInto(clients, record.client, record);
      countInto(revisions, servedKey(record), record);
      const arms = (versions[String(record.splitVersion ?? 'none')] ??= {});
      increment(arms, record.arm ?? 'none');
    },
    records,
    byClient: () =>
      Object.fromEntries(
        [...clients].map(([client, counts]) => [
          client,
          tally(
            counts,
            records().filter((r) => r.client === client),
          ),
        ]),
      ),
    byRevision: () =>
      [...revisions].map(([key, counts]) => {
        const [arm = 'none', revision = 'none'] = key.split(' ');
        return {
          arm,
          revision,
          ...tally(
            counts,
            records().filter((record) => servedKey(record) === key),
          ),
        };
      }),
    bySplitVersion: () => structuredClone(versions),
  };
}

const servedKey = ({ arm, revision }: AnswerRecord): string => `${arm ?? 'none'} ${revision ?? 'none'}`;

const increment = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};

function countInto<K>(all: Map<K, Counts>, key: K, { outcome, right, reason }: AnswerRecord): void {
  const counts = all.get(key) ?? { answers: 0, ok: 0, right: 0, wrong: 0, errors: {}, reasons: {} };
  all.set(key, counts);
  counts.answers += 1;
  if (outcome === 'ok') counts.ok += 1;
  else increment(counts.errors, outcome);
  if (right === true) counts.right += 1;
  if (right === false) counts.wrong += 1;
  if (reason !== undefined) increment(counts.reasons, reason);
}

function tally(counts: Counts, kept: readonly AnswerRecord[]): Tally {
  const latencies = kept.map(({ startedAtMs, endedAtMs }) => endedAtMs - startedAtMs).sort((a, b) => a - b);
  const quantile = (share: number): number => latencies[Math.floor(share * (latencies.length - 1))] ?? 0;
  return { ...structuredClone(counts), p50Ms: quantile(0.5), p95Ms: quantile(0.95) };
}

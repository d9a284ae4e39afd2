import { seededRandom } from '../random.ts';
import { type AnswerRecord, type ClientKind, namesCategory, readSluiceHeaders } from './answer-record.ts';
import { startArrivals } from './arrivals.ts';
import { type Ask, createClients, type TrafficTarget } from './clients.ts';
import { failureKind, headersOfError } from './failure.ts';
import { createLedger, type Ledger, type ServedTally, type Tally } from './ledger.ts';
import { createStickyCheck, type StickyReport } from './sticky-check.ts';

export interface LabelledQuery {
  readonly text: string;
  readonly category: string;
}

export interface TrafficOptions {
  readonly targets: readonly TrafficTarget[];
  /** The name that the gateways know the app by. */
  readonly app: string;
  readonly queries: readonly LabelledQuery[];
  readonly ratePerSecond: number;
  /** How many callers there are; each request is of one of them. */
  readonly subjects: number;
  readonly clients: readonly ClientKind[];
  readonly apiKey?: string;
  /** Same seed, same sequence of queries, subjects, targets and intervals. */
  readonly seed?: string;
  /** After this long without a whole answer a caller gives up. Default 30 000. */
  readonly timeoutMs?: number;
  /** Arrivals beyond so many unanswered requests are dropped and counted. Default 500. */
  readonly maxInFlight?: number;
}

export interface TrafficStats {
  readonly sent: number;
  readonly inFlight: number;
  /** Arrivals that were not sent because too many were unanswered. */
  readonly dropped: number;
  readonly clients: Partial<Record<ClientKind, Tally>>;
  readonly revisions: readonly ServedTally[];
  readonly splitVersions: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly sticky: StickyReport;
}

/** Bad answers of one revision, among the records that are kept. */
export interface BadAnswers {
  readonly answers: number;
  /** Errors, time-outs, empty and broken answers. */
  readonly failed: number;
  /** Whole answers that name another category than the query's. */
  readonly wrong: number;
}

export interface Traffic {
  stats(): TrafficStats;
  setRate(ratePerSecond: number): void;
  /** Newest start and newest end among the answers of a revision (on one arm), in milliseconds since 1970. */
  lastSeen(
    revision: string,
    arm?: string,
  ): { readonly startedAtMs: number; readonly endedAtMs: number } | undefined;
  /** Counted from `sinceMs` (start of the request, milliseconds since 1970) on. */
  countBad(revision: string, sinceMs?: number): BadAnswers;
  /** The newest records, oldest first. */
  records(): readonly AnswerRecord[];
  /** No new requests; waits for the answers that are still due. */
  stop(): Promise<TrafficStats>;
}

const KEPT_RECORDS = 20_000;

interface Draw {
  readonly client: ClientKind;
  readonly ask: Ask;
  readonly query: LabelledQuery;
  readonly subject: string;
  readonly streaming: boolean;
}

/** Sends queries to the targets at a rate that does not depend on the answers, and keeps account of them. */
export function startTraffic(options: TrafficOptions): Traffic {
  const { apiKey = 'traffic', seed = 'traffic', timeoutMs = 30_000, maxInFlight = 500 } = options;
  const [ledger, sticky] = [createLedger(KEPT_RECORDS), createStickyCheck()];
  const draw = createDraw(options, apiKey, seed);
  const inFlight = new Set<Promise<void>>();
  const counts = { sent: 0, dropped: 0 };
  const send = async (drawn: Draw): Promise<void> => {
    const record = await ask(drawn, options.app, timeoutMs);
    ledger.add(record);
    sticky.observe(record);
  };
  const arrivals = startArrivals(options.ratePerSecond, seededRandom(`${seed}/arrivals`), () => {
    const drawn = draw();
    if (inFlight.size >= maxInFlight) {
      counts.dropped += 1;
      return;
    }
    counts.sent += 1;
    const sent = send(drawn).finally(() => inFlight.delete(sent));
    inFlight.add(sent);
  });
  const stats = (): TrafficStats => ({
    ...counts,
    inFlight: inFlight.size,
    clients: ledger.byClient(),
    revisions: ledger.byRevision(),
    splitVersions: ledger.bySplitVersion(),
    sticky: sticky.report(),
  });
  return {
    stats,
    setRate(ratePerSecond) {
      arrivals.setRate(ratePerSecond);
    },
    lastSeen: (revision, arm) => lastSeen(ledger, revision, arm),
    countBad: (revision, sinceMs = 0) => countBad(ledger, revision, sinceMs),
    records: () => ledger.records(),
    async stop() {
      arrivals.stop();
      await Promise.all(inFlight);
      return stats();
    },
  };
}

/** What each arrival is about, drawn by the seed; clients and streaming take turns. */
function createDraw(options: TrafficOptions, apiKey: string, seed: string): () => Draw {
  const random = seededRandom(`${seed}/draws`);
  const targets = options.targets.map((target) => createClients(target, apiKey));
  const pick = <T>(from: readonly T[]): T => {
    const picked = from[Math.floor(random() * from.length)];
    if (picked === undefined) throw new Error('traffic needs at least one target, query and client');
    return picked;
  };
  let turn = 0;
  return () => {
    const client = options.clients[turn % options.clients.length] ?? pick(options.clients);
    const streaming = Math.floor(turn / options.clients.length) % 2 === 1;
    turn += 1;
    const subject = `subject-${Math.floor(random() * options.subjects)}`;
    return { client, ask: pick(targets)[client], query: pick(options.queries), subject, streaming };
  };
}

async function ask(
  { client, ask, query, subject, streaming }: Draw,
  app: string,
  timeoutMs: number,
): Promise<AnswerRecord> {
  const startedAtMs = Date.now();
  const signal = AbortSignal.timeout(timeoutMs);
  let headers: Headers | undefined;
  const onHeaders = (seen: Headers): void => {
    headers = seen;
  };
  let ended: Pick<AnswerRecord, 'outcome' | 'right'>;
  try {
    const text = await ask({ app, text: query.text, subject, streaming, signal, onHeaders });
    ended =
      text === '' ? { outcome: 'empty' } : { outcome: 'ok', right: namesCategory(text, query.category) };
  } catch (error) {
    headers ??= headersOfError(error);
    ended = { outcome: failureKind(error, signal.aborted, headers !== undefined) };
  }
  const request = {
    client,
    streaming,
    subject,
    startedAtMs,
    endedAtMs: Date.now(),
    queryCharacters: query.text.length,
  };
  return { ...request, ...ended, ...readSluiceHeaders(headers) };
}

function lastSeen(
  ledger: Ledger,
  revision: string,
  arm: string | undefined,
): { readonly startedAtMs: number; readonly endedAtMs: number } | undefined {
  const seen = ledger
    .records()
    .filter((record) => record.revision === revision && record.arm === (arm ?? record.arm));
  if (seen.length === 0) return undefined;
  return {
    startedAtMs: seen.reduce((latest, record) => Math.max(latest, record.startedAtMs), 0),
    endedAtMs: seen.reduce((latest, record) => Math.max(latest, record.endedAtMs), 0),
  };
}

function countBad(ledger: Ledger, revision: string, sinceMs: number): BadAnswers {
  const served = ledger.records().filter((r) => r.revision === revision && r.startedAtMs >= sinceMs);
  return {
    answers: served.length,
    failed: served.filter(({ outcome }) => outcome !== 'ok').length,
    wrong: served.filter(({ right }) => right === false).length,
  };
}

import { randomUUID } from 'node:crypto';
import type { LiveAnswerToInsert } from '../../config-store/gateway-view/insert-live-answers.ts';
import type { Sampling } from '../../config-store/gateway-view/types.ts';
import { isObserved } from '../../domain/guardrail/means/observed.ts';
import { isScored } from '../../domain/guardrail/scored.ts';
import type { Arm, Counting, Split } from '../../domain/split/split.ts';
import { hashOfItsOwn, type SealingKeys } from '../../program/data-keys.ts';
import { seal } from '../../program/sealing.ts';
import type { LiveAnswer } from '../../protocols/samples/live-answer.ts';
import type { Clock } from '../clock.ts';
import { keepDoing } from '../keep-doing.ts';
import { createWriteQueue } from '../queues/write-queue.ts';
import { createFirstRequests } from '../telemetry/first-requests.ts';

const capacity = 500;
const lostCapacity = 5_000;
const capacityBytes = 32 * 1024 * 1024;
const intervalMs = 1_000;

/** An answer that will be scored if it comes to its end: chosen at its admission. */
export interface ChosenAnswer {
  readonly releaseId: string;
  readonly splitVersion: number;
  readonly arm: Arm;
  readonly subjectHash: string;
  /** Monotonic. */
  readonly admittedMs: number;
}

export interface Choice {
  readonly split: Pick<Split, 'app' | 'version'>;
  /** How its requests are counted: the split's, or its guard's. Undefined where nothing is judged. */
  readonly counting: Counting | undefined;
  /** The share of the subjects that are dealt to the arm `candidate`, in percent. */
  readonly weight: number;
  readonly splitVersion: number;
  /** Undefined for a request that is counted in no arm. */
  readonly arm: Arm | undefined;
  /** What is counted as one; absent where the request is all by itself. */
  readonly subjectHash: string | undefined;
  readonly sampling: Sampling;
  /** Its caller lets it be kept. */
  readonly maySample: boolean;
}

/** Keeps answers for those who score them, sealed and for an hour at most. No caller waits for it. */
export interface LiveAnswers {
  /**
   * Will this request's answer be scored? One a subject and split version, as many on either arm, by hash and before
   * anything is known of it.
   */
  choose(choice: Choice): ChosenAnswer | undefined;
  keep(app: string, chosen: ChosenAnswer, answer: () => LiveAnswer): void;
  flush(): Promise<void>;
  stop(): void;
}

export interface LiveAnswersParts {
  readonly clock: Clock;
  readonly environment: string;
  /** Without them nothing is kept. */
  readonly freshKeys: SealingKeys | undefined;
  /** May requests of an app be kept as they came? */
  readonly keepsFresh: (app: string) => boolean;
  readonly insert: (answers: readonly LiveAnswerToInsert[]) => Promise<void>;
  readonly onDropped: (app: string) => void;
  readonly onFailure: (error: unknown) => void;
  readonly onPoison: (app: string, error: unknown) => void;
}

export function createLiveAnswers(parts: LiveAnswersParts): LiveAnswers {
  const { clock, environment, freshKeys, insert, onFailure } = parts;
  const aged = <Row extends Lost>({ admittedMs, ...row }: Row) => ({
    ...row,
    ageMs: clock.nowMs() - admittedMs,
  });
  const queue = createWriteQueue<Queued>({
    mostRows: capacity,
    mostBytes: capacityBytes,
    bytesOf: ({ body }) => body.length,
    write: (rows) => insert(rows.map(aged)),
    onFull: parts.onDropped,
    onPoison: parts.onPoison,
  });
  /** Of what there is no room for: that there was an answer. Else nobody would know that a score is missing. */
  const lost = createWriteQueue<Lost>({
    ...{ mostRows: lostCapacity, mostBytes: Infinity, bytesOf: () => 0, onPoison: parts.onPoison },
    write: (rows) => insert(rows.map(aged)),
    onFull: parts.onDropped,
  });
  const isFirst = createFirstRequests();
  const flush = async (): Promise<void> => {
    await queue.flush();
    await lost.flush();
  };
  return {
    choose: (choice) => (freshKeys === undefined ? undefined : chosenBy(parts, isFirst, choice)),
    keep(app, { admittedMs, ...chosen }, answer) {
      if (freshKeys === undefined) return;
      const place = { app, environment, id: randomUUID() };
      const isKept = queue.keep(app, () => {
        const plain = Buffer.from(JSON.stringify(answer()));
        const body = seal(freshKeys, { kind: 'live-answer', ...place }, plain);
        return { ...place, ...chosen, admittedMs, body };
      });
      if (!isKept) lost.keep(app, () => ({ ...place, ...chosen, admittedMs }));
    },
    flush,
    stop: keepDoing(flush, { clock, intervalMs, onFailure }).stop,
  };
}

type Lost = Omit<LiveAnswerToInsert, 'ageMs' | 'body'> & Pick<ChosenAnswer, 'admittedMs'>;
type Queued = Lost & { readonly body: Buffer };

function chosenBy(
  { clock, keepsFresh }: LiveAnswersParts,
  isFirst: ReturnType<typeof createFirstRequests>,
  { split, counting, weight, splitVersion, arm, subjectHash: known, sampling, maySample }: Choice,
): ChosenAnswer | undefined {
  const { app, version } = split;
  if (arm === undefined || counting === undefined || splitVersion !== version) return undefined;
  if (!maySample || (sampling !== 'redacted' && sampling !== 'full')) return undefined;
  if (!isScored(counting) || !keepsFresh(app)) return undefined;
  const subjectHash = known ?? hashOfItsOwn();
  if (!isObserved({ splitVersion, arm, weight, subjectHash })) return undefined;
  if (!isFirst({ app, splitVersion, subjectHash: known })) return undefined;
  return { releaseId: counting.releaseId, splitVersion, arm, subjectHash, admittedMs: clock.nowMs() };
}

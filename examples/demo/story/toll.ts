import type { AnswerRecord } from '../../../simulator/traffic/answer-record.ts';

/** What became of an app's customers; the simulator knows what is right. */
export interface Toll {
  readonly answers: number;
  /** Customers who were answered wrongly, each once. */
  readonly wronged: number;
  /** Answers that did not come, or broke off. */
  readonly failed: number;
}

export function tollOf(records: readonly AnswerRecord[]): Toll {
  const wronged = new Set(records.filter(({ right }) => right === false).map(({ subject }) => subject));
  return {
    answers: records.length,
    wronged: wronged.size,
    failed: records.filter(({ outcome }) => outcome !== 'ok').length,
  };
}

/** Time from request to whole answer of half of them, in milliseconds. */
export function medianMs(records: readonly AnswerRecord[]): number {
  const took = records.map(({ startedAtMs, endedAtMs }) => endedAtMs - startedAtMs).sort((a, b) => a - b);
  return took[Math.floor(took.length / 2)] ?? Number.NaN;
}

const seconds = 30;
/** Of the usual number of answers in a second; chance alone makes it a fifth more or less. */
const [steady, some] = [0.5, 0.1];

/**
 * Answers of the last half minute, a sign for each second: `▆` as usual, `▂` fewer than half of it, a blank for none, and
 * `✖` for one in which an answer failed.
 */
export function lineOfAnswers(
  records: readonly AnswerRecord[],
  ratePerSecond: number,
  nowMs: number,
): string {
  const from = Math.floor(nowMs / 1000) - seconds;
  const counts = Array.from({ length: seconds }, () => ({ answers: 0, failed: 0 }));
  for (const { endedAtMs, outcome } of records) {
    const second = counts[Math.floor(endedAtMs / 1000) - from];
    if (second === undefined) continue;
    second.answers += 1;
    if (outcome !== 'ok') second.failed += 1;
  }
  return counts
    .map(({ answers, failed }) => {
      if (failed > 0) return '✖';
      if (answers >= steady * ratePerSecond) return '▆';
      return answers >= some * ratePerSecond ? '▂' : ' ';
    })
    .join('');
}

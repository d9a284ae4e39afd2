/** What a judge said of labelled answers. */
export interface CalibrationRow {
  readonly id: string;
  readonly judge: string;
  readonly name: string;
  readonly environment: string;
  readonly goodPassed: number;
  readonly goodFailed: number;
  readonly badPassed: number;
  readonly badFailed: number;
  readonly notJudged: number;
  /** Pairs of a good and a bad answer that it was asked about in both orders, and in how many it named the same place. */
  readonly pairs: number;
  readonly flips: number;
  readonly labelsDigest: string;
  readonly actor: string;
  /** ISO 8601, by the database's clock. */
  readonly at: string;
}

export const calibrationColumns = `id, judge_digest as judge, name, environment, good_passed as "goodPassed",
  good_failed as "goodFailed", bad_passed as "badPassed", bad_failed as "badFailed", not_judged as "notJudged",
  pairs, flips, labels_digest as "labelsDigest", actor, at`;

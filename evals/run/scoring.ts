import type { AssertionName, AssertionVerdict, JudgedBy } from '../assertions/answer.ts';

/** What came of one assertion. */
export type CheckResult = (
  ({ readonly kind: 'judged' } & AssertionVerdict) | { readonly kind: 'not-judged'; readonly why: string }
) & {
  readonly weight: number;
  /** Which assertion it was. */
  readonly name?: AssertionName;
  /** It is shown, and counts for nothing. */
  readonly reports?: true;
};

/** What judges said that is shown beside a score. */
interface JudgedScore {
  /** The verdicts of judges that count in it. */
  readonly judged?: JudgedBy[];
  /** What judges said that decide nothing. */
  readonly reported?: ReportedVerdict[];
  /** The assertions that count and that the answer failed. */
  readonly failedBy?: AssertionName[];
}

export interface ReportedVerdict {
  readonly judge: string;
  readonly passed: boolean;
  readonly score: number;
}

export type CaseScore = JudgedScore &
  (
    | {
        readonly kind: 'judged';
        readonly passed: boolean;
        readonly score: number;
        /** Why it did not pass. */
        readonly reasons: string[];
      }
    | { readonly kind: 'not-judged'; readonly why: string[] }
  );

/**
 * Scores a case as promptfoo does: the score is the weighted mean of the assertions' scores; the case passes where every
 * assertion does or, where it has a threshold, where the score reaches that. Verdicts of weight 0 do not count.
 *
 * An assertion that could not be judged leaves the case unjudged, unless the case has failed whatever it would have said:
 * without a threshold one failed assertion is enough.
 */
export function scoreCase(results: readonly CheckResult[], threshold: number | undefined): CaseScore {
  return { ...score(results, threshold), ...judgedOf(results), ...failedBy(results) };
}

function failedBy(results: readonly CheckResult[]): Pick<JudgedScore, 'failedBy'> {
  const names = results.flatMap((each) =>
    each.kind === 'judged' && !each.passed && each.weight > 0 ? (each.name ?? []) : [],
  );
  return names.length === 0 ? {} : { failedBy: names };
}

function judgedOf(results: readonly CheckResult[]): JudgedScore {
  const said = results.flatMap((each) =>
    each.kind === 'judged' && each.judged !== undefined ? [{ ...each, by: each.judged }] : [],
  );
  const judged = said.filter(({ weight }) => weight > 0).map(({ by }) => by);
  const reported = said
    .filter(({ reports }) => reports === true)
    .map(({ by, passed, score: given }) => ({ judge: by.judge, passed, score: given }));
  return {
    ...(judged.length === 0 ? {} : { judged }),
    ...(reported.length === 0 ? {} : { reported }),
  };
}

function score(results: readonly CheckResult[], threshold: number | undefined): CaseScore {
  if (results.length > 0 && results.every(({ reports }) => reports === true)) return shownAlone(results);
  const counted = results.filter(({ weight }) => weight > 0);
  if (counted.length === 0) throw new RangeError('A case without assertions has no score.');
  const judged = counted.filter((each) => each.kind === 'judged');
  const failed = judged.filter(({ passed }) => !passed).map(({ reason }) => reason ?? 'failed');
  const why = counted.flatMap((each) => (each.kind === 'not-judged' ? [each.why] : []));
  const hasFailed = threshold === undefined && failed.length > 0;
  if (why.length > 0 && !hasFailed) return { kind: 'not-judged', why };
  const mean = weightedMean(judged);
  if (threshold === undefined) {
    return { kind: 'judged', passed: !hasFailed, score: mean, reasons: [...failed, ...why] };
  }
  const passed = mean >= threshold;
  const reasons = passed ? [] : [`scored ${mean.toFixed(2)}, below ${threshold}`, ...failed];
  return { kind: 'judged', passed, score: mean, reasons };
}

/** A case that decides nothing has what its judges say of it. */
function shownAlone(results: readonly CheckResult[]): CaseScore {
  const judged = results.filter((each) => each.kind === 'judged');
  const why = results.flatMap((each) => (each.kind === 'not-judged' ? [each.why] : []));
  if (judged.length === 0) return { kind: 'not-judged', why };
  const failed = judged.filter(({ passed }) => !passed).map(({ reason }) => reason ?? 'failed');
  const even = judged.map((each) => ({ ...each, weight: 1 }));
  return { kind: 'judged', passed: failed.length === 0, score: weightedMean(even), reasons: failed };
}

function weightedMean(verdicts: readonly { readonly score: number; readonly weight: number }[]): number {
  const totalWeight = verdicts.reduce((sum, { weight }) => sum + weight, 0);
  return verdicts.reduce((sum, { score, weight }) => sum + score * weight, 0) / totalWeight;
}

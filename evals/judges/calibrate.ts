import type { NamedPlaces } from '../../analysis/judges/places.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { LabelledCounts } from '../../analysis/judges/calibration.ts';
import { eachAtOnce } from '../run/each-at-once.ts';
import type { Judging } from './judging.ts';
import type { LabelledAnswer } from './labelled-answers.ts';

/** What a judge said of labelled answers. */
export interface JudgedLabels extends LabelledCounts, NamedPlaces {
  /** It gave no verdict on them. */
  readonly notJudged: number;
  /** Answers that it was asked twice about, and of how many it said another thing. */
  readonly twice: number;
  readonly disagreed: number;
}

/** Pairs that a judge is asked about, at most: it costs two verdicts each. */
const mostPairs = 50;

export interface CalibrateJudge {
  readonly judging: Judging;
  readonly judge: string;
  /** Of those that name none. */
  readonly criterion: string | undefined;
  readonly answers: readonly LabelledAnswer[];
  /** Verdicts asked for at a time. */
  readonly atOnce: number;
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Asks a judge about labelled answers, and which of a good and a bad one to the same request is better, in both orders.
 * An answer without a verdict is counted apart, and a pair without one is none.
 *
 * @throws SluiceError `usage` where an answer has no criterion; `unreachable` where nobody can be asked
 */
export async function judgeLabelled(args: CalibrateJudge): Promise<JudgedLabels> {
  const { judging, judge, answers, atOnce, onProgress, signal } = args;
  const counts = {
    ...{ goodPassed: 0, goodFailed: 0, badPassed: 0, badFailed: 0 },
    ...{ notJudged: 0, twice: 0, disagreed: 0, pairs: 0, flips: 0 },
  };
  let done = 0;
  // Before anybody pays for a verdict.
  const held = answers.map((each) => ({ ...each, criterion: each.criterion ?? required(args.criterion) }));
  await eachAtOnce(held, { atOnce, signal }, async ({ request, answer, isGood, criterion }) => {
    const asked = { judge, criterion, threshold: undefined };
    const said = await judging.rubric({ ...asked, request, answer }).catch(noVerdict);
    if (said === undefined) counts.notJudged += 1;
    else {
      counts[`${isGood ? 'good' : 'bad'}${said.passed ? 'Passed' : 'Failed'}`] += 1;
      if (said.agreed !== undefined) counts.twice += 1;
      if (said.agreed === false) counts.disagreed += 1;
    }
    onProgress((done += 1));
  });
  await eachAtOnce(pairsOf(held), { atOnce, signal }, async ({ request, criterion, own, other }) => {
    const said = await judging.better({ judge, criterion, request, own, other }).catch(noVerdict);
    if (said?.place === undefined) return;
    counts.pairs += 1;
    if (said.place !== 'neither') counts.flips += 1;
  });
  return counts;
}

function noVerdict(error: unknown): undefined {
  if (error instanceof SluiceError && error.code === 'broken_measurement') return undefined;
  throw error;
}

type HeldAnswer = LabelledAnswer & { readonly criterion: string };

/** A good and a bad answer to the same, held against the same: which is better is known. Each answer is in one pair. */
function pairsOf(answers: readonly HeldAnswer[]) {
  const groups = Map.groupBy(answers, ({ request, criterion }) => JSON.stringify([request, criterion]));
  const pairs = [...groups.values()].flatMap((group) => {
    const bad = group.filter(({ isGood }) => !isGood);
    return group
      .filter(({ isGood }) => isGood)
      .flatMap(({ request, criterion, answer }, i) => {
        const other = bad[i];
        return other === undefined ? [] : [{ request, criterion, own: answer, other: other.answer }];
      });
  });
  return pairs.slice(0, mostPairs);
}

function required(criterion: string | undefined): string {
  if (criterion !== undefined) return criterion;
  throw new SluiceError('usage', 'There are answers without a criterion.', {
    remedy: 'Name what they are held against: --criterion "…", or a column "criterion".',
  });
}

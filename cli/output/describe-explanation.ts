import type { Explanation } from '../../domain/explanation/explanation.ts';
import { failureWords } from '../../domain/explanation/found-sentences.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { table, type Paint } from './style.ts';

/** An explanation as a block of lines: what happened, what was found, what would have changed it. */
export function explanationBlock(explanation: Explanation, paint: Paint): string {
  const { says, stages, guardrails, whatWouldChange, examples, recomputed, traffic } = explanation;
  const reasons = reasonRows(traffic);
  const [outcome = '', ...rest] = says;
  return [
    paint('bold', oneLine(outcome)),
    ...stages.map(
      ({ stage, outcome: ended, summary, looks }) =>
        `  ${stage}: ${ended}${looks === 0 ? '' : `, ${looks} checks`} – ${oneLine(summary)}`,
    ),
    '',
    ...rest.map((sentence) => oneLine(sentence)),
    ...(guardrails.length === 0 ? [] : ['', table([heading, ...guardrails.flatMap(rowsOf)])]),
    ...(reasons.length === 0 ? [] : ['', table([reasonHeading, ...reasons])]),
    ...(whatWouldChange.length === 0 ? [] : ['', 'What would have changed it:']),
    ...whatWouldChange.map((sentence) => `  ${oneLine(sentence)}`),
    ...(examples.length === 0 ? [] : ['', 'Answers to look at, the worst first:']),
    ...examples.map(({ sample, why }) => `  ${sample}: ${oneLine(why.join(', '))}`),
    ...(recomputed === undefined ? [] : ['', recomputedLine(recomputed)]),
  ].join('\n');
}

const heading = ['GUARDRAIL', 'CANDIDATE', 'STABLE', 'ODDS AGAINST "NO WORSE"', 'ACTS AT'];

const reasonHeading = ['CALLS THAT GAVE NO ANSWER', 'WHAT IT DID', 'FAILED', 'RESCUED', 'FAILED OVER'];
const mostReasons = 10;

/** A row for each target and kind of failure of an arm, the most frequent first. */
function reasonRows(traffic: Explanation['traffic']): string[][] {
  return (['candidate', 'stable'] as const).flatMap((arm) => {
    const same = Map.groupBy(traffic?.[arm]?.reasons ?? [], ({ target, ...of }) =>
      JSON.stringify([target, failureWords(of)]),
    );
    return [...same.values()].slice(0, mostReasons).flatMap((reasons) => {
      const [first] = reasons;
      if (first === undefined) return [];
      const of = (what: string) => String(reasons.find((each) => each.what === what)?.calls ?? 0);
      const counts = [of('failed'), of('rescued'), of('failed-over')];
      return [[`${arm}: ${oneLine(first.target)}`, oneLine(failureWords(first)), ...counts]];
    });
  });
}

function rowsOf(guardrail: Explanation['guardrails'][number]): string[][] {
  const { segment } = guardrail;
  const worst =
    segment === undefined ? [] : [rowOf({ ...segment, name: `  worst: ${oneLine(segment.name)}` })];
  return [rowOf(guardrail), ...worst];
}

type Counted = Pick<
  Explanation['guardrails'][number],
  'name' | 'candidate' | 'stable' | 'means' | 'odds' | 'actsAtOdds'
>;

function rowOf({ name, candidate, stable, means, odds, actsAtOdds }: Counted): string[] {
  if (means !== undefined) return [name, means.candidate.shown, means.stable.shown, odds, actsAtOdds];
  const counted = ({ exposed, bad }: typeof candidate) => (exposed === 0 ? '–' : `${bad} of ${exposed}`);
  return [name, counted(candidate), counted(stable), odds, actsAtOdds];
}

function recomputedLine({
  agrees,
  looks,
  of,
  largestDifference,
  differences,
  unknown,
}: NonNullable<Explanation['recomputed']>): string {
  const judged = `${looks} of ${of} checks judged again from their stored counts`;
  const not = unknown.map((each) => `\n  not judged again: ${oneLine(each)}`).join('');
  if (agrees) return `✔ ${judged}: the same, to ${largestDifference.toExponential(1)}.${not}`;
  const first = differences.map(
    ({ stage, look, guardrail, stored, recomputed }) =>
      `  ${guardrail} at check ${look} of ${stage}: stored ${stored}, recomputed ${recomputed ?? 'nothing'}`,
  );
  return [`✖ ${judged}: not what is stored.`, ...first].join('\n') + not;
}

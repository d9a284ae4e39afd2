import type { MirroredPairs, MirrorReport, PredictedGuardrail } from '../../api/schemas/mirror.ts';
import { percents } from './percents.ts';
import { table, type Paint } from './style.ts';

type Compared = NonNullable<MirrorReport['first']>;

/** A mirror's figures, for a terminal. */
export function describeMirror(report: MirrorReport, paint: Paint): string {
  const { outcome, summary, first, later, samples, worst } = report;
  const state =
    outcome === undefined ? `its ${samples} pairs are being asked` : `${outcome}: ${summary ?? ''}`;
  return [
    `${paint('bold', `Mirror of ${report.releaseId}`)} (${report.app})\n  ${state}`,
    ...choiceLines(report),
    ...(first === undefined ? [] : [block('First turns, and requests of no conversation', first, paint)]),
    ...(later === undefined
      ? []
      : [
          block(
            "Later turns (they go on from stable's own answers: shown, not predicted from)",
            later,
            paint,
          ),
        ]),
    ...scoreLines(report),
    ...predictionLines(report.predictions),
    ...(worst.length === 0 ? [] : [`${worst.length} pairs to look at`]),
  ].join('\n\n');
}

function choiceLines({ choice }: MirrorReport): string[] {
  if (choice === undefined || choice.strata.length === 0) return [];
  const rows = choice.strata.map(({ name, later, there, taken }) => [
    ...[name, later ? 'later turn' : 'first turn'],
    ...[String(there), String(taken)],
  ]);
  const out = [
    ...(choice.repeats === 0 ? [] : [`${choice.repeats} more ask what a newer one asks`]),
    ...(choice.unreadable === 0 ? [] : [`${choice.unreadable} cannot be read`]),
  ];
  return [
    table([['SAMPLES', 'TURN', 'THERE', 'ASKED'], ...rows]) + (out.length === 0 ? '' : `\n${out.join('; ')}`),
  ];
}

function scoreLines({ scores, laterScores }: MirrorReport): string[] {
  const line = (name: string, of: NonNullable<MirrorReport['scores']>, decides: boolean): string =>
    `${name}: candidate ${of.candidate.toFixed(2)}, stable ${of.stable.toFixed(2)}, difference ` +
    `${points(of.difference)} points (${points(of.lower)} to ${points(of.upper)})` +
    `${of.missing === 0 ? '' : `, ${of.missing} missing`}: ${decides ? of.outcome : 'shown alone'}`;
  const lines = [
    ...(scores === undefined ? [] : [line('scores', scores, true)]),
    ...(laterScores === undefined ? [] : [line('scores of later turns', laterScores, false)]),
  ];
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function predictionLines(predictions: readonly PredictedGuardrail[]): string[] {
  if (predictions.length === 0) return [];
  const rows = predictions.map((each) => [each.guardrail, ...predictedCells(each)]);
  return [table([['PREDICTED', 'CANDIDATE (90 %)', 'STABLE (90 %)', 'SHOWN'], ...rows])];
}

/** What was predicted of both arms, and what the candidate has shown. */
export function predictedCells(predicted: PredictedGuardrail): string[] {
  const { kind, candidate, stable, shown, shownMeans, held, factor } = predicted;
  const verdict =
    held === undefined || factor === undefined
      ? ''
      : `: ${held ? 'inside' : 'outside'}, ${factor.toFixed(1)} times off`;
  if (kind === 'mean') {
    const seen = shownMeans?.candidate;
    return [
      ...[candidate, stable].map(
        (arm) => `${digits(arm.expected)} (${digits(arm.lower)} to ${digits(arm.upper)})`,
      ),
      seen === undefined ? 'nothing yet' : `${digits(seen.mean)} of ${seen.answers}${verdict}`,
    ];
  }
  const { bad, units } = shown?.candidate ?? { bad: 0, units: 0 };
  return [
    ...[candidate, stable].map(
      ({ expected, lower, upper }) => `${percents(expected)} % (${percents(lower)} to ${percents(upper)})`,
    ),
    units === 0 ? 'nothing yet' : `${percents(bad / units)} % of ${units}${verdict}`,
  ];
}

/** Enough to tell a mean from the next. */
function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function block(title: string, compared: Compared, paint: Paint): string {
  return [paint('bold', `${title}: ${compared.pairs} pairs`), ...comparedLines(compared)].join('\n');
}

function comparedLines(compared: Compared): string[] {
  const { shortcomings, calls } = compared;
  const rows = comparedRows(compared, 'x');
  return [
    ...(shortcomings.length === 0 ? ['no bad answers on either arm'] : []),
    ...(rows.length === 0 ? [] : [table([['', 'CANDIDATE', 'STABLE', 'DIFFERENCE (90 %)'], ...rows])]),
    ...(calls === undefined
      ? []
      : [
          `tool calls, of ${calls.pairs} pairs: ${calls.same} the same, ${calls.otherArguments} other arguments, ` +
            `${calls.otherTools} other tools, ${calls.candidateAlone} the candidate alone, ${calls.stableAlone} stable alone`,
        ]),
  ];
}

/** Names with the figures of both arms and how far these are apart: ways to be bad, then what answers take. */
export function comparedRows({ shortcomings, measures }: Compared, sign: 'x' | '×'): string[][] {
  const bad = shortcomings.map(({ name, candidate, stable, difference, lower, upper }) => [
    ...[name, String(candidate), String(stable)],
    `${points(difference)} points (${points(lower)} to ${points(upper)})`,
  ]);
  const taken = measures.map(({ name, candidate, stable, ratio, lower, upper }) => [
    ...[name, figure(candidate, name), figure(stable, name)],
    `${sign} ${ratio.toFixed(2)} (${times(lower)} to ${times(upper)})`,
  ]);
  return [...bad, ...taken];
}

/** What was asked and answered, for a terminal. */
export function describePairs({ items }: MirroredPairs, paint: Paint): string {
  if (items.length === 0) return 'No pair differs so that it should be looked at.';
  return items
    .map(({ id, later, why, request, candidate, stable }, nth) =>
      [
        `${paint('bold', `${nth + 1}. ${why.join(', ')}`)}${later ? ' (a later turn)' : ''}  ${paint('dim', id)}`,
        ...(request === undefined
          ? ['  (what was asked has expired)']
          : request.turns.slice(-1).map(({ role, text }) => `  ${role}: ${text}`)),
        `  ${paint('yellow', 'candidate')}: ${said(candidate)}`,
        `  ${paint('cyan', 'stable')}:    ${said(stable)}`,
      ].join('\n'),
    )
    .join('\n\n');
}

/** What an answer says and calls; one that is not kept was none, or has expired. */
export function said(answer: MirroredPairs['items'][number]['candidate']): string {
  if (answer === undefined) return '(no answer)';
  const whole = [answer.text, ...answer.calls].filter((text) => text !== '').join(' ');
  return whole === '' ? '(empty)' : whole;
}

/** `3.4`; a bound that nobody knows is `?`. */
function points(share: number | null): string {
  return share === null ? '?' : (share * 100).toFixed(1);
}

function times(ratio: number | null): string {
  return ratio === null ? '?' : ratio.toFixed(2);
}

/** A mean with its unit. */
function figure(value: number, name: string): string {
  switch (name) {
    case 'latency':
    case 'first content':
      return `${Math.round(value)} ms`;
    case 'cost':
      return `$${value.toPrecision(3)}`;
    default:
      return value.toFixed(value < 10 ? 1 : 0);
  }
}

import type { KeptObservation } from '../../../config-store/observations/list-observations.ts';
import type { ExplainedGuardrail } from '../../../domain/explanation/explanation.ts';
import { meansIn } from '../../../domain/guardrail/means/mean.ts';
import type { JudgedMean } from '../../../domain/guardrail/registry.ts';
import { dueUpTo, meanAgain, ownOf, type MeansOfRelease } from './means-again.ts';

type TurningPoint = NonNullable<ExplainedGuardrail['turningPoint']>;

const halvings = 12;
/** Of more it would keep everybody else waiting. */
const mostAnswers = 10_000;

/**
 * At which mean of the candidate the decision would have been another, with all else as it was: a part of its answers,
 * evenly, is given the value at the worse end of what is recorded, or at the better one. Undefined where its answers are
 * not there any more, or are too many.
 *
 * @param actsAt from which evidence on it takes back by itself
 */
export function meanTurningPoint(
  judged: JudgedMean,
  of: MeansOfRelease,
  actsAt: number,
): TurningPoint | undefined {
  const own = ownOf(judged.name, of);
  const asked = { judged, key: judged.name };
  const ends = endsOf(judged, of);
  if (own.length === 0 || own.length > mostAnswers || ends === undefined) return undefined;
  const dues = dueUpTo(of);
  const evidenceWith = (part: number): number | undefined => {
    const end = part > 0 ? ends.worse : ends.better;
    return meanAgain(asked, of, dues, withPart(own, Math.abs(part), end)).results.findLast(
      (result) => result !== undefined,
    )?.evidence;
  };
  const failsWith = (part: number): boolean => (evidenceWith(part) ?? 0) >= actsAt;
  if (meanAgain(asked, of, dues, own).why !== undefined) return undefined;
  const shownAt = (part: number): string =>
    judged.guardrail.shown(meanOf(withPart(own, Math.abs(part), part > 0 ? ends.worse : ends.better)));
  const failed = failsWith(0);
  if (!failed && !failsWith(1)) {
    return { says: 'not even with the worst answers: too few were observed, or it takes nothing back' };
  }
  if (failed && failsWith(-1)) return { says: 'not by its answers alone' };
  const part = failed ? firstFailing(failsWith, -1, 0) : firstFailing(failsWith, 0, 1);
  const [turns, was] = [shownAt(part), shownAt(0)];
  const says = failed
    ? `it would have stayed with a mean of about ${turns} instead of ${was}`
    : `it would have been rolled back with a mean of about ${turns} instead of ${was}`;
  return { mean: meanOf(withPart(own, Math.abs(part), part > 0 ? ends.worse : ends.better)), says };
}

function firstFailing(failsWith: (part: number) => boolean, least: number, most: number): number {
  let [low, high] = [least, most];
  for (let i = 0; i < halvings; i += 1) {
    const middle = (low + high) / 2;
    if (failsWith(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function endsOf(
  { name, rule }: JudgedMean,
  { observed }: MeansOfRelease,
): { readonly worse: number; readonly better: number } | undefined {
  for (const counting of observed.countings.values()) {
    const means = meansIn(counting);
    const { least, most } = means.observed[name] ?? means.scored[name] ?? {};
    if (least === undefined || most === undefined) continue;
    return rule.worse === 'lower' ? { worse: least, better: most } : { worse: most, better: least };
  }
  return undefined;
}

/** That part of the candidate's known values is `end`, evenly in their order. */
function withPart(own: readonly KeptObservation[], part: number, end: number): KeptObservation[] {
  let due = 0;
  return own.map((each) => {
    if (each.arm !== 'candidate' || each.value === null) return each;
    due += part;
    if (due < 1) return each;
    due -= 1;
    return { ...each, value: end };
  });
}

function meanOf(own: readonly KeptObservation[]): number {
  const values = own.flatMap(({ arm, value }) => (arm === 'candidate' && value !== null ? [value] : []));
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

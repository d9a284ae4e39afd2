import { isWatched } from '../../../domain/explanation/status-sentence.ts';
import { countWords } from '../../../domain/explanation/words.ts';
import { oddsText } from '../../../domain/guardrail/odds.ts';
import { guardrails, holdsOnAlarm, judgedMeans, subjectOf } from '../../../domain/guardrail/registry.ts';
import { mustBeShown, type Plan } from '../../../domain/release/plan.ts';
import type { GuardrailTile } from '../../schemas/dashboard/release-view.ts';
import type { CheckedLook, Point, PointArm } from '../../../activities/looks/explain/checks.ts';

interface Judged {
  readonly plan: Plan;
  /** Requests of the candidate that the step needs; 0 where no step is under way. */
  readonly needed: number;
  /** Nothing newer than this is known though something should be: no state of then is one of now. */
  readonly staleSince?: string | undefined;
}

/** How a guardrail stands at a check, for people. Missing data is never a pass. */
function tileStateOf(point: Point, check: CheckedLook, { plan, needed }: Judged): GuardrailTile['state'] {
  const { evidence, actsAt, segment, difference, limit, candidate, stable } = point;
  if (point.isUnknown || candidate.n === 0) return 'no data';
  if (isWatched({ evidence, actsAt }) || (segment !== undefined && isWatched(segment))) return 'watch';
  if (candidate.n < needed || stable.n === 0) return 'more';
  if (point.isWaiting) return 'more';
  if (mustBeShown(plan) && check.confident === false) return 'more';
  return difference !== undefined && limit !== undefined && isOver(difference.estimate, limit)
    ? 'watch'
    : 'pass';
}

/** A limit below nothing is of what is worse when it falls. */
function isOver(estimate: number, limit: number): boolean {
  return limit < 0 ? estimate < limit : estimate > limit;
}

/** A tile for each guardrail, as the newest check found it. */
export function tilesOf(checks: readonly CheckedLook[], judged: Judged): GuardrailTile[] {
  const newest = checks.at(-1);
  if (newest === undefined) return [];
  return newest.points.map((point) => tileOf(point, newest, checks, judged));
}

function tileOf(
  point: Point,
  newest: CheckedLook,
  checks: readonly CheckedLook[],
  judged: Judged,
): GuardrailTile {
  const { name, kind, measure, evidence, actsAt, segment, difference } = point;
  const { staleSince } = judged;
  const state = staleSince === undefined ? tileStateOf(point, newest, judged) : 'no data';
  const since = staleSince ?? sinceOf(name, state, checks, judged);
  const shown = shownBy(point, judged.plan);
  const arm = (of: PointArm) => ({ ...of, shown: of.estimate === null ? 'nothing' : shown(of.estimate) });
  const limit = limitOf(point, shown);
  return {
    ...{ name, subject: subjectOf({ name, kind }), state, since, measure },
    says: saysOf(point, state, since, shown),
    acts: point.isDryRun ? 'nothing' : holdsOnAlarm({ name, kind }) ? 'holds' : 'takes back',
    ...{ candidate: arm(point.candidate), stable: arm(point.stable) },
    ...(difference === undefined
      ? {}
      : { difference: { ...difference, shown: spanOf(difference, point, shown) } }),
    ...(limit === undefined ? {} : { limit }),
    odds: { evidence, actsAt, says: oddsText(evidence), actsAtSays: oddsText(actsAt) },
    ...(segment === undefined
      ? {}
      : {
          segment: {
            ...{ name: segment.name, evidence: segment.evidence, actsAt: segment.actsAt },
            odds: oddsText(segment.evidence),
          },
        }),
  };
}

/** When the unbroken run of checks began in which it was so. */
function sinceOf(
  name: string,
  state: GuardrailTile['state'],
  checks: readonly CheckedLook[],
  judged: Judged,
): string {
  let since = checks.at(-1)?.at ?? '';
  for (const check of checks.toReversed()) {
    const point = check.points.find((each) => each.name === name);
    if (point === undefined || tileStateOf(point, check, judged) !== state) break;
    since = check.at;
  }
  return since;
}

type Shown = (value: number) => string;

function shownBy({ name, kind = name, measure }: Point, plan: Plan): Shown {
  if (measure === 'share') return (value) => `${digitsOf(value * 100)} %`;
  const mean = judgedMeans(plan).find((each) => each.name === name)?.guardrail;
  const known = mean ?? guardrails.find((each) => each.name === kind);
  return known?.kind === 'mean' ? known.shown : digitsOf;
}

/** Digits enough to tell a value from the next. */
function digitsOf(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  return size < 1 ? value.toPrecision(2) : value.toFixed(1);
}

/** `+0.2 pt [−0.9, +1.7]` of shares, the unit of the mean else. */
function spanOf(
  { estimate, lower, upper }: NonNullable<Point['difference']>,
  { measure }: Point,
  shown: Shown,
): string {
  const signed = (value: number): string => {
    const text = measure === 'share' ? digitsOf(Math.abs(value) * 100) : shown(Math.abs(value));
    return `${value < 0 ? '−' : '+'}${text}`;
  };
  return `${signed(estimate)}${measure === 'share' ? ' pt' : ''} [${signed(lower)}, ${signed(upper)}]`;
}

function limitOf({ limit, measure }: Point, shown: Shown): GuardrailTile['limit'] {
  if (limit === undefined) return undefined;
  const sign = limit < 0 ? '−' : '+';
  const says =
    measure === 'share' ? `${sign}${digitsOf(Math.abs(limit) * 100)} pt` : `${sign}${shown(Math.abs(limit))}`;
  return { difference: limit, says };
}

function saysOf(point: Point, state: GuardrailTile['state'], since: string, shown: Shown): string {
  const { candidate, stable, evidence, actsAt, note } = point;
  const more = note === undefined ? '' : `; ${note}`;
  if (state === 'no data') return `no data since ${since.slice(0, 19)}Z${more}`;
  const of = (arm: PointArm): string =>
    arm.estimate === null ? 'nothing' : `${shown(arm.estimate)} of ${countWords(arm.n)}`;
  const odds = `odds ${oddsText(evidence)}, acts at ${oddsText(actsAt)}`;
  return `candidate ${of(candidate)}, stable ${of(stable)}; ${odds}${more}`;
}

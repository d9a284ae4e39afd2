import { SluiceError } from '../../../domain/errors.ts';
import { errors as errorsGuardrail } from '../../../domain/guardrail/errors.ts';
import { oddsAgainst } from '../../../domain/guardrail/odds.ts';
import { callersDecide, holdsOnAlarm, subjectOf } from '../../../domain/guardrail/registry.ts';
import type { LostRequests } from '../../../config-store/looks/read-lost-requests.ts';
import { shortened } from '../../../evals/summary.ts';
import type { GuardrailStatus, LookArgs, LookResult } from '../contract.ts';
import type { OneSided } from './callers-word-in.ts';
import { compareStage } from './course.ts';
import type { LookJudgement } from './judge-looks.ts';

export interface Measurement {
  readonly judgement: LookJudgement;
  /** Settled requests of the candidate and of stable under the present version. */
  readonly exposures: { readonly candidate: number; readonly stable: number };
  /** Gateways that ended in this step without telling what they had counted. */
  readonly gaps: readonly string[];
  /**
   * Those that the look before has seen as well. Where the database itself was away, all gateways seem silent until
   * each one's next heartbeat, which comes before the next look.
   */
  readonly lastingGaps: readonly string[];
  /** What of the candidate's requests of this step fell into the lasting gaps. */
  readonly lost: LostRequests;
  /** Why what callers alone say of their requests is too much of them: never a pass by itself. */
  readonly callersWord?: string | undefined;
  /** Where callers chose what each arm was asked; then `callersWord` says it, or more. */
  readonly oneSided?: OneSided | undefined;
  /** Nothing was flushed lately, so what is known may be old: never a pass. */
  readonly stale: boolean;
}

type Timing = Pick<LookArgs, 'stage' | 'heldMs' | 'holdMs' | 'deadlineMs' | 'minExposures' | 'promote'>;
type Verdict = Pick<LookResult, 'verdict' | 'reason' | 'guardrail' | 'lacking' | 'byCallers'>;

/** What an absolute bound is called where it ended a release. */
export const boundNames = { emergency: 'emergency', alarm: 'absolute errors' } as const;

/** Of a reason. */
const mostBytes = 300;

/** A step of which more than this share is unknown starts again (DESIGN section 7). */
const mostLost = 0.1;

/**
 * What a valid measurement means for its step. A promotion skips the hold, never a failed guardrail (invariant 13); in
 * the comparison that an alarm has led to it skips none of the evidence either, because that alone can clear the alarm.
 */
export function lookVerdict(measured: Measurement, timing: Timing): Verdict {
  const comparing = timing.stage === compareStage;
  const moved = movedByCallers(measured);
  if (moved !== undefined) return { ...held(moved, timing), byCallers: true };
  const broken = failure(measured, comparing);
  if (broken !== undefined) return broken;
  const silent = silence(measured);
  if (silent !== undefined) return silent;
  // What answers is not what would serve: no promotion makes a pass of that, and in the end people decide (invariant 25).
  if (measured.judgement.hold !== undefined) return held(measured.judgement.hold, timing);
  if (comparing && measured.judgement.absolute !== 'within') return aboveBound(measured, timing);
  const missing = whatIsLacking(measured, timing, comparing);
  const isHeld = timing.heldMs >= timing.holdMs;
  const lacking = isHeld ? missing : 'the hold is not over';
  if (lacking === undefined)
    return { verdict: 'pass', reason: `held, no guardrail failed on ${exposed(measured)}${saved(measured)}` };
  if (timing.promote && (!comparing || missing === undefined))
    return { verdict: 'pass', reason: `no guardrail failed on ${exposed(measured)}`, lacking };
  return { ...held(lacking, timing), ...(lacking === measured.callersWord ? { byCallers: true } : {}) };
}

/**
 * A candidate is not taken back for what callers asked, where they chose whom: long answers of one arm's subjects make a
 * good revision slow, and many easy ones of stable's make what any revision does now and then look bad. What they cannot
 * bring about takes it back as ever.
 */
function movedByCallers({ judgement, oneSided }: Measurement): string | undefined {
  if (!judgement.fail || oneSided === undefined) return undefined;
  const { forbidden } = judgement;
  if (forbidden !== undefined && !callersDecide(forbidden)) return undefined;
  const worst = worstOf(judgement.guardrails);
  if (worst === undefined || !judgement.guardrails.every((each) => canBeTheirs(each, oneSided)))
    return undefined;
  return `${subjectOf(worst)} worse than stable, but ${oneSided.why}`;
}

function canBeTheirs(guardrail: GuardrailStatus, { thinnedBy }: OneSided): boolean {
  const { evidence, threshold, candidateRate, stableRate } = guardrail;
  if (callersDecide(guardrail) || !takesBack(guardrail) || evidence < threshold) return true;
  return candidateRate !== null && stableRate !== null && candidateRate <= thinnedBy * stableRate;
}

/**
 * What a gateway had not settled and flushed when it died is known to nobody: it is in neither arm, chosen by when it
 * started and not by what became of it. So no gap condemns, however many there are, and none is passed over at once.
 */
function silence({ gaps, lastingGaps, lost }: Measurement): Verdict | undefined {
  if (lost.lost > mostLost * lost.admitted) {
    const share = `${lost.lost} of ${lost.admitted} requests of the candidate`;
    return {
      verdict: 'again',
      reason: `${share} fell into gaps of ${named(lastingGaps)}: the step starts again`,
    };
  }
  const fresh = gaps.filter((gap) => !lastingGaps.includes(gap));
  return fresh.length === 0 ? undefined : { verdict: 'wait', reason: `silent gateways: ${named(fresh)}` };
}

/** A reason has 300 bytes at the most. */
function named(gateways: readonly string[]): string {
  const more = gateways.length - 2;
  return [...gateways.slice(0, 2), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function failure({ judgement }: Measurement, comparing: boolean): Verdict | undefined {
  if (judgement.fail) return failed(judgement);
  // Compared with stable, errors of both arms alike are nobody's fault: they hold the step, and take nothing back.
  if (comparing) return undefined;
  if (judgement.absolute === 'emergency')
    return {
      verdict: 'fail',
      reason: 'errors are above the emergency rate',
      guardrail: boundNames.emergency,
    };
  if (judgement.absolute === 'alarm') {
    return { verdict: 'alarm', reason: 'errors are above the absolute bound', guardrail: boundNames.alarm };
  }
  return undefined;
}

/** No pass yet: it waits, and is inconclusive once its longest hold is over. */
function held(reason: string, { heldMs, deadlineMs }: Timing): Verdict {
  return { verdict: heldMs >= deadlineMs ? 'inconclusive' : 'wait', reason };
}

/** The alarm stands, though the candidate is not shown to be worse: never a pass, not by a promotion either (invariant 13). */
function aboveBound({ judgement }: Measurement, timing: Timing): Verdict {
  const errors = judgement.guardrails.find(({ name }) => name === errorsGuardrail.name);
  const rates = `candidate ${percent(errors?.candidateRate ?? null)}, stable ${percent(errors?.stableRate ?? null)}`;
  return held(`errors are above the absolute bound: ${rates}`, timing);
}

function whatIsLacking(
  { judgement, exposures, stale, callersWord }: Measurement,
  { minExposures }: Timing,
  comparing: boolean,
): string | undefined {
  if (comparing && exposures.stable < minExposures) {
    return `${exposures.stable} of ${minExposures} settled requests of stable to compare with`;
  }
  if (exposures.candidate < minExposures) {
    return `${exposures.candidate} of ${minExposures} settled requests of the candidate`;
  }
  if (callersWord !== undefined) return callersWord;
  if (stale) return 'no gateway has counted anything lately';
  if (judgement.notCounted.length > 0) {
    return `not judged, because nothing measures it now: ${judgement.notCounted.join(', ')}`;
  }
  if (judgement.unknown !== undefined) return `not judged: ${judgement.unknown.join('; ')}`;
  return judgement.confident ? undefined : 'no worse is not shown yet';
}

type Judged = Pick<GuardrailStatus, 'name' | 'kind' | 'dryRun' | 'evidence'>;

/** One that holds or is a dry run takes nothing back, whatever it says. */
function takesBack(guardrail: Judged): boolean {
  return !holdsOnAlarm(guardrail) && guardrail.dryRun !== true;
}

/** The guardrail that a failed look is about. */
export function worstOf<Of extends Judged>(guardrails: readonly Of[]): Of | undefined {
  return guardrails
    .filter(takesBack)
    .reduce<Of | undefined>((a, b) => (a === undefined || b.evidence > a.evidence ? b : a), undefined);
}

function failed({ guardrails, forbidden, worse }: LookJudgement): Verdict {
  if (forbidden !== undefined) {
    return {
      verdict: 'fail',
      reason: `${subjectOf(forbidden)}: ${forbidden.sentence}`,
      guardrail: forbidden.name,
    };
  }
  if (worse !== undefined)
    return { verdict: 'fail', reason: `${subjectOf(worse)} ${worse.sentence}`, guardrail: worse.name };
  const worst = worstOf(guardrails);
  if (worst === undefined) throw new SluiceError('internal', 'A look failed without a guardrail that can.');
  const reason =
    `${subjectOf(worst)} worse than stable${worstWhere(worst)}` +
    (worst.note === undefined ? '' : `; ${worst.note}`);
  // Names of segments are the plan's, and may be long.
  return { verdict: 'fail', reason: shortened(reason, mostBytes), guardrail: worst.name };
}

/** The rates and the odds: of the segment, where that is what has shown it; it is named as well where it would be enough. */
function worstWhere(worst: GuardrailStatus): string {
  const { evidence, threshold, actsAt = threshold, segment } = worst;
  const rates = (of: Pick<GuardrailStatus, 'candidateRate' | 'stableRate'>): string =>
    `${percent(of.candidateRate)} against ${percent(of.stableRate)}`;
  if (segment?.leads !== true) {
    const acts = segment !== undefined && segment.evidence >= segment.actsAt;
    const where = acts ? `; worst in ${segment.name}: ${rates(segment)}` : '';
    return `: ${rates(worst)}, ${oddsAgainst(evidence, actsAt)}${where}`;
  }
  const odds = oddsAgainst(segment.evidence, segment.actsAt);
  return ` in ${segment.name}: ${rates(segment)}, ${odds}; on the whole ${rates(worst)}`;
}

function saved({ judgement: { saves } }: Measurement): string {
  return saves === undefined ? '' : `; ${saves}`;
}

function exposed({ exposures }: Measurement): string {
  return `${exposures.candidate} requests of the candidate, ${exposures.stable} of stable`;
}

function percent(rate: number | null): string {
  return rate === null ? 'nothing' : `${(rate * 100).toFixed(1)} %`;
}

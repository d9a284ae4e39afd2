import { absoluteBoundEvidence } from '../../../analysis/guardrails/absolute-bound.ts';
import { averageEvidence } from '../../../analysis/numbers/average-evidence.ts';
import { judgeStep, type GuardrailJudgement } from '../../../analysis/guardrails/judge-step.ts';
import type { ReleaseRow } from '../../../config-store/releases/release-row.ts';
import { errors } from '../../../domain/guardrail/errors.ts';
import { actsAlone } from '../../../domain/guardrail/odds.ts';
import { horizons } from '../../../domain/guardrail/arm-counts.ts';
import { judgedGuardrails, toldAs, type JudgedGuardrail } from '../../../domain/guardrail/registry.ts';
import { mustBeShown, totalHoldMs, type Plan } from '../../../domain/release/plan.ts';
import type { FailedGuardrail, GuardrailStatus } from '../contract.ts';
import { compareStage } from './course.ts';
import { withDue, type StageLook } from '../due-looks.ts';
import { forbiddenEvent } from './forbidden-event.ts';
import { guardrailLooks, testsOf, type Resumed } from './guardrail-looks.ts';
import { judgeMeans } from './judge-means.ts';
import { holdSentence } from './hold-sentence.ts';
import { notesOf } from './notes-of.ts';
import { countedBefore, type Increments } from './increments.ts';
import { segmentsNote, worstSegment } from './segment-status.ts';

/** What all looks of a release together say. */
export interface LookJudgement {
  /** The candidate is worse than stable by more than the plan allows. */
  readonly fail: boolean;
  /** With `fail`: the guardrail of which the candidate has had a bad event that must never happen. */
  readonly forbidden?: FailedGuardrail;
  /** Why the step holds, where guardrails that hold have raised an alarm that still lasts. */
  readonly hold?: string;
  /** Every guardrail is shown to be no worse, but for dry runs; true as well where the plan does not ask for it. */
  readonly confident: boolean;
  /** Where there is no stable traffic to compare with, and in the comparison that an alarm leads to. */
  readonly absolute: 'within' | 'alarm' | 'emergency';
  /** With `fail`: the guardrail of which the candidate's mean is worse than the plan allows. */
  readonly worse?: FailedGuardrail;
  /** With `goal: cheaper`: what the candidate saves. */
  readonly saves?: string;
  /** Why nothing can be said of some guardrails of means: never a pass. */
  readonly unknown?: string[];
  /** The plan's guardrails that the gateways do not count under the present split version: nothing is known of them. */
  readonly notCounted: string[];
  readonly guardrails: GuardrailStatus[];
}

/** With what the tests know after it: no part of what a look says. */
export interface JudgedLooks extends LookJudgement {
  readonly tests: Resumed['tests'];
}

/**
 * Judges all looks of a release so far: the evidence goes on across steps and weights.
 *
 * @param resumed the tests go on from there with the newest looks; then those before may be condensed (judged-state.ts).
 */
export function judgeLooks(
  looks: readonly StageLook[],
  { plan, rules }: Pick<ReleaseRow, 'plan' | 'rules'>,
  present: {
    readonly splitVersion: number;
    readonly weight: number;
    readonly stage: string;
    readonly minExposures: number;
  },
  resumed?: Resumed,
): JudgedLooks {
  const judged = judgedGuardrails(plan);
  const timed = withDue(looks, { plan, rules });
  const means = judgeMeans(looks.at(-1), plan, present);
  const judgement = judgeStep({
    guardrails: judged.map((each) => guardrailLooks(timed, plan, each, resumed)),
    alpha: plan.alpha,
    elsewhere: means.share,
    ...(rules === 1 ? { totalHoldMs: totalHoldMs(plan) } : {}),
  });
  const isBounded = present.weight === 100 || present.stage === compareStage;
  const absolute = isBounded ? judgeAbsolute(looks, plan, present.splitVersion) : undefined;
  const newest = looks.at(-1);
  const dry = newest?.dryRuns ?? {};
  const uncounted = judged.filter(
    ({ name, counters, segments }) =>
      dry[name] === undefined &&
      ![counters, ...segments.map((each) => each.counters)].every((of) => isCounted(newest, of)),
  );
  const forbidden = forbiddenEvent(looks, judged);
  const { splitVersion, minExposures: enough } = present;
  const hold = judgement.alarm ? holdSentence(looks, judged, { splitVersion, enough }) : undefined;
  const notes = notesOf(judged, { newest, uncounted, isHeld: hold !== undefined, forbidden });
  const statuses = judgement.guardrails.map((guardrail, i) => ({
    ...kindOf(judged[i]),
    ...statusOf(guardrail, judgement.logThreshold, {
      judged: judged[i],
      note: notes[guardrail.name] ?? segmentsNote(looks, judged[i], present.splitVersion),
    }),
  }));
  const silent = judged.filter(({ name, dryRun }) => dryRun || dry[name] !== undefined);
  const isSilent = (of: string): boolean => silent.some(({ name }) => name === of);
  return {
    fail: judgement.fail || forbidden !== undefined || means.worse !== undefined,
    ...(means.worse === undefined ? {} : { worse: means.worse }),
    ...(means.saves === undefined ? {} : { saves: means.saves }),
    ...(means.unknown.length === 0 ? {} : { unknown: means.unknown }),
    ...(forbidden === undefined ? {} : { forbidden }),
    ...(hold === undefined ? {} : { hold }),
    confident:
      (means.confident || !mustBeShown(plan)) &&
      judgement.guardrails.every(({ name, noWorse }) => isSilent(name) || noWorse?.rejected !== false),
    absolute: absolute?.outcome ?? 'within',
    notCounted: uncounted.flatMap(({ name, dryRun }) => (dryRun ? [] : [name])),
    tests: testsOf(judged, judgement.guardrails),
    guardrails: [...statuses, ...means.guardrails, ...(absolute?.statuses ?? [])],
  };
}

/** What a status has beside its figures. */
function kindOf(judged: JudgedGuardrail | undefined): Pick<GuardrailStatus, 'kind' | 'dryRun'> {
  if (judged === undefined) return {};
  return { ...toldAs(judged), ...(judged.dryRun ? { dryRun: true } : {}) };
}

function isCounted(look: Increments | undefined, counters: JudgedGuardrail['counters']): boolean {
  return counters.some(({ name }) => look?.counters[name] !== undefined);
}

function statusOf(
  { name, logE, raw, segments }: GuardrailJudgement,
  threshold: number,
  { judged, note }: { readonly judged: JudgedGuardrail | undefined; readonly note: string | undefined },
): GuardrailStatus {
  const { candidateRate, stableRate } = raw;
  const share = judged?.share ?? 1;
  const actsAt = actsAlone(threshold, share);
  const segment = worstSegment(segments, threshold, share);
  return {
    ...{ name, evidence: logE, threshold, actsAt, candidateRate, stableRate },
    ...(segment === undefined ? {} : { segment }),
    ...(note === undefined ? {} : { note }),
  };
}

/**
 * Errors of the version that has everybody, against the plan's two bounds. Both horizons are averaged, as in the fail
 * test: a candidate that hangs for longer than the short one is bad in the long one only.
 */
function judgeAbsolute(looks: readonly Increments[], plan: Plan, splitVersion: number) {
  const counted = horizons.map((horizon) => {
    const counts = countedBefore(looks, errors.name, horizon, splitVersion);
    return { exposed: counts.candidateExposed, bad: counts.candidateBad };
  });
  const rates = counted.flatMap(({ exposed, bad }) => (exposed === 0 ? [] : [bad / exposed]));
  const threshold = Math.log(1 / plan.alpha);
  const evidence = (bound: number) =>
    averageEvidence(counted.map((counts) => absoluteBoundEvidence({ ...counts, bound }).logE));
  const status = (name: string, bound: number): GuardrailStatus => ({
    name,
    evidence: evidence(bound),
    threshold,
    candidateRate: rates.length === 0 ? null : Math.max(...rates),
    stableRate: null,
  });
  const { errorRate, emergencyRate } = plan.absolute;
  const isEmergency = evidence(emergencyRate) >= threshold;
  const isAlarm = evidence(errorRate) >= threshold;
  return {
    outcome: isEmergency ? ('emergency' as const) : isAlarm ? ('alarm' as const) : ('within' as const),
    statuses: [status('absolute errors', errorRate), status('emergency', emergencyRate)],
  };
}

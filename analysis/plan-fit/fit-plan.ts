import { durationMs } from '../../domain/duration.ts';
import { actsAlone } from '../../domain/guardrail/odds.ts';
import { judgedGuardrails, type JudgedGuardrail } from '../../domain/guardrail/registry.ts';
import type { JudgedSegment } from '../../domain/guardrail/segments/judged-segments.ts';
import { judgedWeight, type Plan } from '../../domain/release/plan.ts';
import { findableRate, findingChances, type SeenRequests } from './step-power.ts';

/** What is known of an app's traffic. */
export interface KnownTraffic {
  readonly requestsPerDay: number;
  /** Stable's rate of bad events by guardrail's name, where it is known. */
  readonly baseRates: Readonly<Record<string, number>>;
  /** A segment's part of the requests, 0..1, and its rate where that is known; by its key. */
  readonly segments?: Readonly<Record<string, { readonly share: number; readonly baseRate: number }>>;
}

/** What a guardrail finds by the end of a step: the candidate's rate of bad events, with a chance of 80 and 95 %. */
export interface FoundByStep {
  readonly guardrail: string;
  /** A segment's, of so large a part of the requests; absent for the whole. */
  readonly segment?: { readonly name: string; readonly share: number; readonly assumed: boolean };
  readonly baseRate: number;
  /** Absent where not even a total failure is found with that chance. */
  readonly with80?: number;
  readonly with95?: number;
  /** On the whole, if it had no segments: what they cost. */
  readonly unsegmented80?: number;
}

export interface FittedStep {
  readonly weight: number;
  /** The candidate's share while it is judged, in percent. */
  readonly judgedWeight: number;
  readonly holdMs: number;
  /** The time that it takes: its hold, or until it has its least number of requests. Infinity without traffic. */
  readonly takesMs: number;
  /** Does it pause for want of requests? */
  readonly pauses: boolean;
  /** The candidate's requests in this step, on the average. */
  readonly exposed: number;
  readonly finds: readonly FoundByStep[];
}

export interface FittedRelease {
  readonly steps: readonly FittedStep[];
  /** The step before them, of an audience of which nobody knows how much it asks; absent where the plan has none. */
  readonly audience?: { readonly weight: number; readonly holdMs: number; readonly minExposures: number };
  readonly takesMs: number;
  /** The candidate's requests in all steps together. */
  readonly exposed: number;
  /** Share of good releases that are taken back by chance, at most. */
  readonly takenBackAtMost: number;
  /** Why this plan makes no sense for this traffic; absent where it does. */
  readonly nonsense?: string;
}

const dayMs = 24 * 60 * 60 * 1000;
/** A fault that is found only where it hits more than so many requests is no fault any more, but an outage. */
const outage = 0.5;
/** Where nobody has counted: one in a hundred. */
const unknownRate = 0.01;
/** What a segment is of the traffic where nobody has counted. */
const unknownShare = 0.1;

/**
 * What a plan does for so much traffic: how long each step takes, what it finds, and how many requests meet the candidate.
 * Evidence is that of all steps so far, each at its own share.
 */
export function fitPlan(plan: Plan, known: KnownTraffic): FittedRelease {
  const { requestsPerDay } = known;
  const perMs = requestsPerDay / dayMs;
  const maxHoldMs = durationMs(plan.maxHold);
  let seen: SeenRequests = { candidate: 0, stable: 0 };
  const steps = plan.steps.map((step): FittedStep => {
    const share = judgedWeight(plan, step) / 100;
    const holdMs = durationMs(step.hold);
    const neededMs = share === 0 || perMs === 0 ? Infinity : step.minExposures / (perMs * share);
    const takesMs = Math.max(holdMs, Math.min(neededMs, Math.max(holdMs, maxHoldMs)));
    const requests = perMs * takesMs;
    seen = { candidate: seen.candidate + requests * share, stable: seen.stable + requests * (1 - share) };
    return {
      ...{ weight: step.weight, judgedWeight: 100 * share, holdMs, takesMs },
      pauses: neededMs > Math.max(holdMs, maxHoldMs),
      exposed: requests * share,
      finds: foundBy(plan, seen, known),
    };
  });
  const nonsense = whyNonsense(steps, requestsPerDay);
  const audience = fittedAudience(plan);
  return {
    steps,
    ...(audience === undefined ? {} : { audience }),
    takesMs: steps.reduce((sum, { takesMs }) => sum + takesMs, audience?.holdMs ?? 0),
    exposed: steps.reduce((sum, { exposed }) => sum + exposed, 0),
    takenBackAtMost: plan.alpha,
    ...(nonsense === undefined ? {} : { nonsense }),
  };
}

function fittedAudience({ audience }: Plan): FittedRelease['audience'] {
  if (audience === undefined) return undefined;
  const { weight, hold, minExposures } = audience;
  return { weight, holdMs: durationMs(hold), minExposures };
}

function foundBy(plan: Plan, seen: SeenRequests, known: KnownTraffic): FoundByStep[] {
  return judgedGuardrails(plan)
    .filter(({ share, guardrail }) => share > 0 && guardrail.onAlarm === 'take-back')
    .flatMap((judged) => {
      const { name, share, segments } = judged;
      const baseRate = known.baseRates[name] ?? unknownRate;
      const ofAll = { judged, alpha: plan.alpha, baseRate };
      if (segments.length === 0) return [{ guardrail: name, ...findable(seen, { ...ofAll, share }) }];
      const { with80: unsegmented80 } = findable(seen, { ...ofAll, share });
      const whole = {
        ...{ guardrail: name, ...findable(seen, { ...ofAll, share: share / 2 }) },
        ...(unsegmented80 === undefined ? {} : { unsegmented80 }),
      };
      return [whole, ...segments.map((segment) => foundIn(segment, seen, known, ofAll))];
    });
}

interface Findable {
  readonly judged: JudgedGuardrail;
  readonly alpha: number;
  readonly baseRate: number;
}

/** In one segment, with its part of the requests and of the half share. */
function foundIn(
  { name, key }: JudgedSegment,
  seen: SeenRequests,
  { segments = {} }: KnownTraffic,
  of: Findable,
): FoundByStep {
  const counted = segments[key];
  const { share = unknownShare, baseRate = of.baseRate } = counted ?? {};
  const ofAlpha = of.judged.share / (2 * of.judged.segments.length);
  const seenThere = { candidate: seen.candidate * share, stable: seen.stable * share };
  return {
    guardrail: of.judged.name,
    segment: { name, share, assumed: counted === undefined },
    ...findable(seenThere, { ...of, baseRate, share: ofAlpha }),
  };
}

function findable(
  seen: SeenRequests,
  { judged, alpha, baseRate, share }: Findable & { readonly share: number },
): Pick<FoundByStep, 'baseRate' | 'with80' | 'with95'> {
  const { ratio, floor } = judged.rule;
  // Either horizon has a half of the guardrail's share.
  const logThreshold = actsAlone(Math.log(2 / alpha), share);
  const at = (z: number) => findableRate(seen, { base: baseRate, ratio, floor, logThreshold }, z);
  const [with80, with95] = [at(findingChances['80']), at(findingChances['95'])];
  return {
    baseRate,
    ...(with80 === undefined ? {} : { with80 }),
    ...(with95 === undefined ? {} : { with95 }),
  };
}

function whyNonsense(steps: readonly FittedStep[], requestsPerDay: number): string | undefined {
  const number = (rate: number): string => (rate * 100).toPrecision(2);
  const blind = steps.find(({ finds }) => !finds.some(({ with80 = 1 }) => with80 < outage));
  if (blind === undefined) return undefined;
  const best = Math.min(...blind.finds.map(({ with80 = Infinity }) => with80));
  const minute = requestsPerDay / (24 * 60);
  const traffic =
    minute >= 1
      ? `${minute.toPrecision(2)} requests a minute`
      : `${Math.round(requestsPerDay)} requests a day`;
  const finds = Number.isFinite(best)
    ? `nothing but an outage (${number(best)} % failing)`
    : 'nothing, not even a total outage';
  return (
    `The step at ${blind.weight} % finds ${finds} at ${traffic}: ` +
    `the candidate's requests in it are about ${Math.round(blind.exposed)}.`
  );
}

import type { LookCounts } from '../../../analysis/guardrails/look-counts.ts';
import type { ExplainedGuardrail } from '../../../domain/explanation/explanation.ts';
import type { StageLook } from '../due-looks.ts';
import { addCounters } from '../judging/add-counters.ts';
import { judgeLooks } from '../judging/judge-looks.ts';
import type { JudgedRelease, Present } from './stored-looks.ts';

/** So many looks say about the same as all of a long release, and are judged in milliseconds. */
const mostLooks = 60;
const halvings = 14;

type TurningPoint = NonNullable<ExplainedGuardrail['turningPoint']>;

/** The looks of a release, thinned out for questions of the kind "what if". */
export interface WhatIf {
  readonly looks: readonly StageLook[];
  readonly release: JudgedRelease;
  readonly present: Present;
}

/** Joins neighbouring looks of the same stage where there are many. */
export function whatIf(looks: readonly StageLook[], release: JudgedRelease, present: Present): WhatIf {
  const each = Math.max(1, Math.ceil(looks.length / mostLooks));
  const joined: StageLook[] = [];
  let inLast = 0;
  for (const look of looks) {
    const last = joined.at(-1);
    if (last === undefined || inLast >= each || !isSameKind(last, look)) {
      joined.push(look);
      inLast = 1;
    } else {
      joined[joined.length - 1] = joinedOf(last, look);
      inLast += 1;
    }
  }
  return { looks: joined, release, present };
}

/**
 * At which rate of the candidate's bad events, the same in all looks, the decision would have been another, with all else
 * as it was; undefined for a guardrail that no counts of bad events decide.
 */
export function turningPoint(
  what: WhatIf,
  counters: readonly string[],
  rate: number | null,
): TurningPoint | undefined {
  if (counters.every((counter) => what.looks.every((look) => look.counters[counter] === undefined)))
    return undefined;
  const failsAt = (at: number) => isFailed(what, withRate(what.looks, counters, at));
  const failed = isFailed(what, what.looks);
  if (!failsAt(1)) {
    return { says: 'not even if every answer had been bad: too few were counted, or it takes nothing back' };
  }
  if (failsAt(0)) return { says: 'not by this alone: the others were enough to take it back' };
  const turns = firstFailing(failsAt);
  const says = failed
    ? `it would have stayed below about ${percent(turns)} instead of ${percent(rate)}`
    : `it would have been rolled back from about ${percent(turns)} on, instead of ${percent(rate)}`;
  return { rate: turns, says };
}

/** Up to which alpha a release that was taken back would have stayed; undefined where none would have kept it. */
export function keepingAlpha(what: WhatIf): number | undefined {
  const fails = (logAlpha: number) =>
    isFailed({ ...what, release: withAlpha(what.release, Math.exp(logAlpha)) }, what.looks);
  let low = Math.log(1e-12);
  let high = Math.log(what.release.plan.alpha);
  if (fails(low) || !fails(high)) return undefined;
  for (let i = 0; i < 2 * halvings; i += 1) {
    const middle = (low + high) / 2;
    if (fails(middle)) high = middle;
    else low = middle;
  }
  return Math.exp(low);
}

function withAlpha(release: JudgedRelease, alpha: number): JudgedRelease {
  return { ...release, plan: { ...release.plan, alpha } };
}

function isFailed({ release, present }: WhatIf, looks: readonly StageLook[]): boolean {
  return judgeLooks(looks, release, present).fail;
}

function firstFailing(failsAt: (rate: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < halvings; i += 1) {
    const middle = (low + high) / 2;
    if (failsAt(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The same looks, with so many of the candidate's events bad: rounded over all looks, not in each. */
function withRate(looks: readonly StageLook[], counters: readonly string[], rate: number): StageLook[] {
  const left = new Map<string, number>();
  const bad = (key: string) => (row: LookCounts) => {
    const wanted = rate * row.candidateExposed + (left.get(key) ?? 0);
    const candidateBad = Math.min(row.candidateExposed, Math.floor(wanted + 1e-9));
    left.set(key, wanted - candidateBad);
    return { ...row, candidateBad };
  };
  return looks.map((look) => ({
    ...look,
    counters: Object.fromEntries(
      Object.entries(look.counters).map(([counter, { short, long }]) => [
        counter,
        counters.includes(counter)
          ? { short: short.map(bad(`${counter}/short`)), long: long.map(bad(`${counter}/long`)) }
          : { short, long },
      ]),
    ),
  }));
}

function isSameKind(a: StageLook, b: StageLook): boolean {
  return (
    a.stage === b.stage &&
    Object.keys(a.counters).join() === Object.keys(b.counters).join() &&
    Object.keys(a.dryRuns).join() === Object.keys(b.dryRuns).join()
  );
}

function joinedOf(a: StageLook, b: StageLook): StageLook {
  return {
    ...b,
    elapsedMs: a.elapsedMs + b.elapsedMs,
    counters: addCounters([a.counters, b.counters]),
  };
}

/** Digits enough to tell a rate from the next. */
export function percent(rate: number | null): string {
  if (rate === null) return 'nothing';
  const value = rate * 100;
  return `${value !== 0 && value < 1 ? value.toPrecision(2) : value.toFixed(1)} %`;
}

import type { SegmentJudgement } from '../../../analysis/guardrails/judge-step.ts';
import { actsAlone } from '../../../domain/guardrail/odds.ts';
import type { JudgedGuardrail } from '../../../domain/guardrail/registry.ts';
import { labelHeader } from '../../../domain/guardrail/segments/scope.ts';
import type { StageLook } from '../due-looks.ts';
import type { SegmentStatus } from '../contract.ts';
import { countedBefore } from './increments.ts';

/** Of so many requests of the candidate one at least should have been of a segment. */
const mostUnlabelled = 50;

/** The segment with most evidence against the candidate; undefined of a guardrail that has none. */
export function worstSegment(
  segments: readonly SegmentJudgement[],
  threshold: number,
  share: number,
): SegmentStatus | undefined {
  const [first, ...others] = segments;
  if (first === undefined) return undefined;
  const { name, logE, raw, leads } = others.reduce((a, b) => (b.logE > a.logE ? b : a), first);
  const { candidateRate, stableRate } = raw;
  return {
    ...{ name, evidence: logE, candidateRate, stableRate },
    actsAt: actsAlone(threshold, share / (2 * segments.length)),
    ...(leads ? { leads: true } : {}),
  };
}

/** What is to be known of a guardrail's segments: which are not judged and why, or that no request is of any. */
export function segmentsNote(
  looks: readonly StageLook[],
  judged: JudgedGuardrail | undefined,
  splitVersion: number,
): string | undefined {
  const dry = looks.at(-1)?.dryRuns ?? {};
  return (
    notJudged((judged?.segments ?? []).flatMap(({ key }) => dry[key] ?? [])) ??
    unlabelledNote(looks, judged, splitVersion)
  );
}

/** `tenant=acme: callers sent …; not judged there, nor in 2 more`: of many the first is enough. */
export function notJudged([first, ...others]: readonly string[]): string | undefined {
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : `, nor in ${others.length} more of its segments`;
  return `${first}; not judged there${more}`;
}

/** That nobody says which segment a request is of: then half of the share lies idle. */
function unlabelledNote(
  looks: readonly StageLook[],
  judged: JudgedGuardrail | undefined,
  splitVersion: number,
): string | undefined {
  const [counter] = judged?.counters ?? [];
  if (judged === undefined || counter === undefined || judged.segments.length === 0) return undefined;
  const unitsOf = (name: string): number => countedBefore(looks, name, 'long', splitVersion).candidateExposed;
  if (unitsOf(counter.name) < mostUnlabelled) return undefined;
  if (judged.segments.some(({ counters: [own] }) => own !== undefined && unitsOf(own.name) > 0))
    return undefined;
  const [label = ''] = judged.segments[0]?.name.split('=', 1) ?? [];
  return `no request is of its segments: they are named by ${labelHeader}${label}, with a key of the scope labels`;
}

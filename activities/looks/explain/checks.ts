import type { EvidenceRow } from '../../../config-store/looks/counted.ts';
import {
  alwaysValidInterval,
  shareDifference,
  type DifferenceInterval,
} from '../../../analysis/numbers/difference-interval.ts';
import { storedLook, type ExplainedLook, type JudgedRelease, type StoredJudgement } from './stored-looks.ts';
import { horizons } from '../../../domain/guardrail/arm-counts.ts';
import { actsAlone } from '../../../domain/guardrail/odds.ts';
import {
  judgedGuardrails,
  judgedMeans,
  type JudgedGuardrail,
  type JudgedMean,
} from '../../../domain/guardrail/registry.ts';

/** One arm, over all that was judged up to a check. */
export interface PointArm {
  readonly n: number;
  /** Absent of a mean. */
  readonly bad?: number;
  readonly estimate: number | null;
}

/** A guardrail as a check found it. */
export interface Point {
  readonly name: string;
  readonly kind?: string | undefined;
  readonly measure: 'share' | 'mean';
  readonly candidate: PointArm;
  readonly stable: PointArm;
  readonly difference?: DifferenceInterval | undefined;
  /** What the plan allows of it at present; undefined where nothing is known to compare with. */
  readonly limit?: number | undefined;
  /** Natural logarithms. */
  readonly evidence: number;
  readonly actsAt: number;
  readonly segment?: StoredJudgement['guardrails'][number]['segment'];
  readonly note?: string | undefined;
  /** By the plan it decides nothing. */
  readonly isDryRun: boolean;
  /** This check adds nothing to what it knows: there is too little to compare with yet. */
  readonly isWaiting: boolean;
  /** Nothing measures it now, or nothing can be said of it. */
  readonly isUnknown: boolean;
}

/** A check: what all looks up to it say. */
export interface CheckedLook {
  readonly stage: string;
  readonly look: number;
  readonly at: string;
  readonly splitVersion: number;
  readonly verdict?: string | undefined;
  readonly confident?: boolean | undefined;
  /** Settled requests of the candidate, in all. */
  readonly requests: number;
  readonly points: readonly Point[];
}

interface Sums {
  candidateExposed: number;
  candidateBad: number;
  stableExposed: number;
  stableBad: number;
}

/** A difference that would matter where a plan allows none. */
const leastScale = 0.02;

/**
 * Makes checks of a release's looks as they come, in their order: each with what was summed up to it. What it makes throws
 * `broken_measurement` for a look that cannot be read.
 */
export function checkMaker({ plan }: JudgedRelease): (row: EvidenceRow) => CheckedLook {
  const bad = new Map(judgedGuardrails(plan).map((each) => [each.name, each]));
  const means = new Map(judgedMeans(plan).map((each) => [each.name, each]));
  const sums = new Map<string, Sums>();
  return (row) => {
    const look = storedLook(row);
    for (const [counter, of] of Object.entries(look.increments.counters))
      for (const horizon of horizons) addTo(sums, `${counter}/${horizon}`, of[horizon]);
    const { stage, look: number, measuredAt: at, splitVersion } = row;
    const { verdict, confident, guardrails } = look.judgement;
    return {
      ...{ stage, look: number, at, splitVersion, verdict, confident },
      requests: sums.get('errors/short')?.candidateExposed ?? 0,
      points: guardrails.map((found) => {
        const mean = means.get(found.name);
        return mean === undefined
          ? sharePoint(found, look, bad.get(found.name), sums)
          : meanPoint(found, look, mean);
      }),
    };
  };
}

function addTo(sums: Map<string, Sums>, key: string, rows: readonly Readonly<Sums>[]): void {
  const sum = sums.get(key) ?? { candidateExposed: 0, candidateBad: 0, stableExposed: 0, stableBad: 0 };
  for (const row of rows) {
    sum.candidateExposed += row.candidateExposed;
    sum.candidateBad += row.candidateBad;
    sum.stableExposed += row.stableExposed;
    sum.stableBad += row.stableBad;
  }
  sums.set(key, sum);
}

type Found = StoredJudgement['guardrails'][number];

function common(found: Found, { judgement, increments }: ExplainedLook, share: number) {
  const { name, kind, evidence, threshold, segment, note } = found;
  return {
    ...{ name, kind, evidence, segment, note },
    actsAt: found.actsAt ?? actsAlone(threshold, share),
    isDryRun: found.dryRun === true,
    isWaiting: increments.dryRuns[name] !== undefined,
    isUnknown: judgement.notCounted.includes(name),
  };
}

function sharePoint(
  found: Found,
  look: ExplainedLook,
  judged: JudgedGuardrail | undefined,
  sums: ReadonlyMap<string, Readonly<Sums>>,
): Point {
  const counted = countedOf(found, judged, sums);
  const { ratio = 1, floor = 0 } = judged?.rule ?? {};
  const difference =
    counted && shareDifference(counted.candidate, counted.stable, Math.max(floor, leastScale));
  return {
    ...common(found, look, judged?.share ?? 0),
    measure: 'share',
    candidate: armOf(counted?.candidate, found.candidateRate),
    stable: armOf(counted?.stable, found.stableRate),
    difference,
    ...(judged === undefined || found.stableRate === null
      ? {}
      : { limit: (ratio - 1) * found.stableRate + floor }),
  };
}

function armOf(
  counted: { readonly bad: number; readonly of: number } | undefined,
  estimate: number | null,
): PointArm {
  return counted === undefined ? { n: 0, estimate } : { n: counted.of, bad: counted.bad, estimate };
}

/** The sums that the stored rates are of: a guardrail may have several counters, each at two horizons. */
function countedOf(
  { candidateRate, stableRate }: Found,
  judged: JudgedGuardrail | undefined,
  sums: ReadonlyMap<string, Readonly<Sums>>,
) {
  const all = (judged?.counters ?? []).flatMap(({ name }) =>
    horizons.flatMap((horizon) => {
      const sum = sums.get(`${name}/${horizon}`);
      if (sum === undefined) return [];
      const candidate = { bad: sum.candidateBad, of: sum.candidateExposed };
      return [{ candidate, stable: { bad: sum.stableBad, of: sum.stableExposed } }];
    }),
  );
  const rate = ({ bad, of }: { readonly bad: number; readonly of: number }) => (of === 0 ? null : bad / of);
  return (
    all.find((each) => rate(each.candidate) === candidateRate && rate(each.stable) === stableRate) ?? all[0]
  );
}

function meanPoint(found: Found, look: ExplainedLook, { share, rule }: JudgedMean): Point {
  const result = look.increments.means?.[found.name];
  const [candidate, stable] = [result?.candidate, result?.stable];
  const of = (arm: typeof candidate): PointArm => ({ n: arm?.count ?? 0, estimate: arm?.mean ?? null });
  const allowed = rule.margin.by === 'difference' ? rule.margin.of : rule.margin.of * (stable?.mean ?? 0);
  const sign = rule.worse === 'higher' ? 1 : -1;
  const shared = common(found, look, share);
  return {
    ...shared,
    ...{ measure: 'mean', candidate: of(candidate), stable: of(stable) },
    difference: meanDifference(candidate, stable, allowed),
    ...(typeof stable?.mean !== 'number' ? {} : { limit: sign * allowed }),
    isWaiting: shared.isWaiting || result?.dryRun !== undefined,
    isUnknown: shared.isUnknown || result === undefined || result.broken !== undefined,
    note: shared.note ?? result?.broken ?? result?.dryRun,
  };
}

interface ArmMean {
  readonly mean: number | null;
  readonly standardError: number | null;
}

function meanDifference(
  candidate: ArmMean | undefined,
  stable: ArmMean | undefined,
  allowed: number,
): DifferenceInterval | undefined {
  if (typeof candidate?.mean !== 'number' || typeof stable?.mean !== 'number') return undefined;
  const variance = (candidate.standardError ?? NaN) ** 2 + (stable.standardError ?? NaN) ** 2;
  if (!(variance > 0)) return undefined;
  const scale = allowed > 0 ? allowed : Math.max(Math.abs(stable.mean) * leastScale, Number.EPSILON);
  return alwaysValidInterval(candidate.mean - stable.mean, variance, scale);
}

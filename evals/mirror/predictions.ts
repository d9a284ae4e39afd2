import type { MirroredAnswer, MirroredPair } from '../../analysis/mirror/mirrored-pair.ts';
import { predictMeans } from '../../analysis/mirror/predict-mean.ts';
import type { KnownMean } from '../../analysis/mirror/score-prediction.ts';
import { predictRates, type BaseRate, type PairTable } from '../../analysis/mirror/predict-rate.ts';
import type { StableRecord } from '../../domain/guardrail/foreseen.ts';
import type { Prediction } from '../../domain/guardrail/prediction.ts';
import type { PlanGuardrails } from '../../domain/guardrail/plan-guardrails.ts';
import {
  judgedGuardrails,
  judgedMeans,
  type JudgedGuardrail,
  type JudgedMean,
} from '../../domain/guardrail/registry.ts';
import type { Arm } from '../../domain/split/split.ts';
import type { JsonObject } from '../../domain/json.ts';

/** What is known of stable in production. */
export interface KnownStable {
  /** Settled units by counter: of releases before. */
  readonly counted: Readonly<Record<string, BaseRate>>;
  readonly record: StableRecord;
  /** Means of its answers' numbers, by guardrail: of releases before. */
  readonly means: Readonly<Record<string, KnownMean>>;
}

/** Fewer say less than what gateways have recorded of all requests. */
const enoughUnits = 200;
/** Fewer pairs foretell nothing. */
const leastPairs = 10;

/** What the pairs of a mirror say that each guardrail of the canary will show, by its name, or that of one of its counters. */
export function predictionsOf(
  plan: { readonly guardrails: PlanGuardrails },
  pairs: readonly MirroredPair[],
  known: KnownStable,
): { readonly guardrail: string; readonly predicted: Prediction }[] {
  const first = pairs.filter(({ later }) => !later);
  return [
    ...judgedGuardrails(plan).flatMap((judged) =>
      foreseenOf(judged, settingsOf(plan, judged.name), first, known).flatMap((each) =>
        ratePrediction(each, first, known),
      ),
    ),
    ...judgedMeans(plan).flatMap((judged) =>
      meanPrediction(judged, settingsOf(plan, judged.name), first, known),
    ),
  ];
}

function settingsOf({ guardrails }: { readonly guardrails: PlanGuardrails }, name: string): JsonObject {
  const settings = guardrails[name];
  return settings === undefined || settings === 'off' ? {} : settings;
}

/** One counter of a guardrail, and what is a bad event of it. */
interface ForeseenOne {
  readonly guardrail: string;
  readonly counter: string;
  readonly bad: (answer: MirroredAnswer, arm: Arm) => boolean | undefined;
  /** As gateways have recorded it. */
  readonly recorded: BaseRate | undefined;
}

function foreseenOf(
  { name, guardrail, counters }: JudgedGuardrail,
  settings: JsonObject,
  pairs: readonly MirroredPair[],
  { record }: KnownStable,
): ForeseenOne[] {
  const { foreseen, foreseenBeside } = guardrail;
  const [counter] = counters;
  if (foreseen !== undefined && counter !== undefined) {
    const recorded = foreseen.base?.(record, settings);
    return [
      { guardrail: name, counter: counter.name, bad: (answer) => foreseen.bad(answer, settings), recorded },
    ];
  }
  const stable = pairs.map((pair) => pair.stable);
  return (foreseenBeside?.(stable, record, settings) ?? []).flatMap(({ counter: ofKind, bad, base }) => {
    const own = counters.find((each) => each.ofKind === ofKind);
    return own === undefined ? [] : [{ guardrail: own.name, counter: own.name, bad, recorded: base }];
  });
}

function ratePrediction(
  { guardrail, counter, bad, recorded }: ForeseenOne,
  pairs: readonly MirroredPair[],
  known: KnownStable,
): { readonly guardrail: string; readonly predicted: Prediction }[] {
  const table = tableOf(pairs, bad);
  const { candidateBad, stableBad, counted } = table;
  if (counted < leastPairs) return [];
  const base = baseOf(counter, recorded, known);
  const predicted: Prediction = {
    ...{ kind: 'rate', counter, pairs: counted, candidateBad, stableBad },
    ...(base === undefined ? {} : { base }),
    ...quantilesOf(table, base),
  };
  return [{ guardrail, predicted }];
}

function meanPrediction(
  { name, guardrail, rule }: JudgedMean,
  settings: JsonObject,
  pairs: readonly MirroredPair[],
  { means }: KnownStable,
): { readonly guardrail: string; readonly predicted: Prediction }[] {
  const numbers = pairs.flatMap(({ candidate, stable, group }) => {
    const [own, others] = [guardrail.foreseen(candidate, settings), guardrail.foreseen(stable, settings)];
    return own === undefined || others === undefined ? [] : [{ candidate: own, stable: others, group }];
  });
  const base = means[name];
  const found = predictMeans(numbers, rule.margin.by, base);
  if (found === undefined) return [];
  const of = { kind: 'mean' as const, pairs: numbers.length, ...(base === undefined ? {} : { base }) };
  return [{ guardrail: name, predicted: { ...of, ...found } }];
}

function quantilesOf(table: PairTable, base: BaseRate = { bad: 0, units: 0 }) {
  const { candidate, stable } = predictRates(table, base);
  return { candidate: [...candidate], stable: [...stable] };
}

function baseOf(
  counter: string,
  recorded: BaseRate | undefined,
  { counted }: KnownStable,
): BaseRate | undefined {
  const before = counted[counter];
  if (before !== undefined && before.units >= enoughUnits) return before;
  const found = [before, recorded].filter((each) => each !== undefined && each.units > 0);
  return found.toSorted((a, b) => (b?.units ?? 0) - (a?.units ?? 0))[0];
}

interface CountedTable extends PairTable {
  readonly counted: number;
  readonly candidateBad: number;
  readonly stableBad: number;
}

/** Pairs of one subject share the weight of one. */
function tableOf(pairs: readonly MirroredPair[], bad: ForeseenOne['bad']): CountedTable {
  const known = pairs.flatMap(({ candidate, stable, group }) => {
    const [own, others] = [bad(candidate, 'candidate'), bad(stable, 'stable')];
    return own === undefined || others === undefined ? [] : [{ own, others, group }];
  });
  const sizes = new Map<string, number>();
  for (const { group } of known) if (group !== undefined) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const weightOf = (is: (pair: (typeof known)[number]) => boolean): number =>
    known.filter(is).reduce((sum, { group }) => sum + 1 / (sizes.get(group ?? '') ?? 1), 0);
  return {
    both: weightOf(({ own, others }) => own && others),
    candidateOnly: weightOf(({ own, others }) => own && !others),
    stableOnly: weightOf(({ own, others }) => !own && others),
    neither: weightOf(({ own, others }) => !own && !others),
    counted: known.length,
    candidateBad: known.filter(({ own }) => own).length,
    stableBad: known.filter(({ others }) => others).length,
  };
}

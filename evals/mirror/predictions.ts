import type { MirroredPair } from '../../analysis/mirror/mirrored-pair.ts';
import { predictRates, type BaseRate, type PairTable } from '../../analysis/mirror/predict-rate.ts';
import type { Foreseen, StableRecord } from '../../domain/guardrail/foreseen.ts';
import type { Prediction } from '../../domain/guardrail/prediction.ts';
import type { PlanGuardrails } from '../../domain/guardrail/plan-guardrails.ts';
import { judgedGuardrails } from '../../domain/guardrail/registry.ts';
import type { JsonObject } from '../../domain/json.ts';

/** What is known of stable in production. */
export interface KnownStable {
  /** Settled units by counter: of releases before. */
  readonly counted: Readonly<Record<string, BaseRate>>;
  readonly record: StableRecord;
}

/** Fewer say less than what gateways have recorded of all requests. */
const enoughUnits = 200;
/** Fewer pairs foretell nothing. */
const leastPairs = 10;

/** What the pairs of a mirror say that each guardrail of the canary will show, by its name. */
export function predictionsOf(
  plan: { readonly guardrails: PlanGuardrails },
  pairs: readonly MirroredPair[],
  known: KnownStable,
): { readonly guardrail: string; readonly predicted: Prediction }[] {
  const first = pairs.filter(({ later }) => !later);
  return judgedGuardrails(plan).flatMap(({ name, guardrail: { foreseen }, counters: [counter] }) => {
    const settings = plan.guardrails[name];
    if (foreseen === undefined || counter === undefined) return [];
    if (settings === undefined || settings === 'off') return [];
    const table = tableOf(first, foreseen, settings);
    const { candidateBad, stableBad, counted } = table;
    if (counted < leastPairs) return [];
    const base = baseOf(counter.name, foreseen, settings, known);
    const predicted: Prediction = {
      ...{ kind: 'rate', counter: counter.name, pairs: counted, candidateBad, stableBad },
      ...(base === undefined ? {} : { base }),
      ...quantilesOf(table, base),
    };
    return [{ guardrail: name, predicted }];
  });
}

function quantilesOf(table: PairTable, base: BaseRate = { bad: 0, units: 0 }) {
  const { candidate, stable } = predictRates(table, base);
  return { candidate: [...candidate], stable: [...stable] };
}

function baseOf(
  counter: string,
  { base }: Foreseen,
  settings: JsonObject,
  { counted, record }: KnownStable,
): BaseRate | undefined {
  const before = counted[counter];
  if (before !== undefined && before.units >= enoughUnits) return before;
  const recorded = base?.(record, settings);
  const found = [before, recorded].filter((each) => each !== undefined && each.units > 0);
  return found.toSorted((a, b) => (b?.units ?? 0) - (a?.units ?? 0))[0];
}

interface CountedTable extends PairTable {
  readonly counted: number;
  readonly candidateBad: number;
  readonly stableBad: number;
}

/** Pairs of one subject share the weight of one. */
function tableOf(pairs: readonly MirroredPair[], { bad }: Foreseen, settings: JsonObject): CountedTable {
  const known = pairs.flatMap(({ candidate, stable, group }) => {
    const [own, others] = [bad(candidate, settings), bad(stable, settings)];
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

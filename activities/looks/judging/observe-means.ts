import { createMeanTest, type MeanTest } from '../../../analysis/guardrails/mean-test.ts';
import type { MeanObserved } from '../../../config-store/looks/read-counts.ts';
import { marginSeen } from '../../../analysis/judges/sight.ts';
import type {
  AllowedDifference,
  JudgesSight,
  ObservedCounting,
} from '../../../domain/guardrail/means/mean.ts';
import type { JudgedMean } from '../../../domain/guardrail/registry.ts';
import type { Arm } from '../../../domain/split/split.ts';
import type { MeanGuardrailState, MeanResult, Sums } from './mean-states.ts';

export interface MeanLookFacts {
  readonly judged: JudgedMean;
  readonly splitVersion: number;
  /** What the split says of it; absent where gateways do not observe it. */
  readonly counting: ObservedCounting | undefined;
  readonly observed: MeanObserved | undefined;
  /** The mass that is due by now, of 1. */
  readonly due: number;
}

/** More than this share without a value is a broken measurement, and one is none. */
const mostMissing = 0.05;

/** Takes what was observed since the look before into the tests of one guardrail. */
export function observeMean(
  before: MeanGuardrailState | undefined,
  { judged, splitVersion, counting, observed, due }: MeanLookFacts,
): { readonly result: MeanResult; readonly state: MeanGuardrailState } {
  const { worse, margin, tolerance } = judged.rule;
  const { sight } = observed ?? {};
  const tests = {
    test: createMeanTest({ worse, margin }, before?.test),
    reverse: createMeanTest({ worse, margin: seenBy(sight, tolerance), reverse: true }, before?.reverse),
  };
  const rows = observed?.rows ?? [];
  const versions = countVersions(before?.versions ?? {}, rows, { splitVersion, counting });
  const present = versions[splitVersion] ?? noVersion();
  const broken = missingSentence(present, judged.guardrail);
  const moved = 1 - tests.test.state().left;
  feed(tests, { rows, versions, isBroken: broken !== undefined, due: Math.max(0, due - moved) });
  const cursor = observed?.upTo ?? before?.cursor;
  const state: MeanGuardrailState = {
    ...(cursor === undefined ? {} : { cursor }),
    ...{ test: tests.test.state(), reverse: tests.reverse.state(), versions },
    sums: {
      candidate: addValues(before?.sums.candidate, valuesOf(rows, 'candidate')),
      stable: addValues(before?.sums.stable, valuesOf(rows, 'stable')),
    },
  };
  const dryRun = silentFor(present, judged, counting);
  return {
    state,
    result: {
      ...{ evidence: tests.test.logE(), noWorse: tests.reverse.logE() },
      ...{ candidate: meanOf(state.sums.candidate), stable: meanOf(state.sums.stable) },
      observed: present.known.candidate > 0 && present.known.stable > 0,
      ...(dryRun === undefined ? {} : { dryRun }),
      ...(broken === undefined ? {} : { broken }),
      ...(cursor === undefined ? {} : { upTo: cursor }),
      read: rows.length,
      ...(sight === undefined ? {} : { sight }),
    },
  };
}

/**
 * A judge sees less of a difference than there is. That the candidate is worse is told by what it has seen, which errs on the
 * safe side; that it is not worse is only shown by less than the tolerance.
 */
function seenBy(sight: JudgesSight | undefined, allowed: AllowedDifference): AllowedDifference {
  return sight === undefined ? allowed : { ...allowed, of: marginSeen(allowed.of, sight) };
}

/** Why it decides nothing yet: what it has seen enters the evidence where it has bounds. */
function silentFor(
  { range, known }: Versions[string],
  { minSamples }: JudgedMean,
  counting: ObservedCounting | undefined,
): string | undefined {
  if (range === undefined) return counting?.dryRun ?? 'dry run: no bounds of its values';
  if (known.candidate >= minSamples) return undefined;
  return `dry run: ${known.candidate} of ${minSamples} answers of the candidate observed`;
}

type Rows = MeanObserved['rows'];
type Versions = MeanGuardrailState['versions'];

function noVersion(): Versions[string] {
  return { known: { candidate: 0, stable: 0 }, missing: { candidate: 0, stable: 0 } };
}

function copyOf({ known, missing, ...rest }: Versions[string]): Versions[string] {
  return { ...rest, known: { ...known }, missing: { ...missing } };
}

function countVersions(
  before: Versions,
  rows: Rows,
  { splitVersion, counting }: Pick<MeanLookFacts, 'splitVersion' | 'counting'>,
): Versions {
  const versions = new Map(Object.entries(before).map(([version, of]) => [version, copyOf(of)]));
  const versionOf = (version: number): Versions[string] => {
    const counted = versions.get(String(version)) ?? noVersion();
    versions.set(String(version), counted);
    return counted;
  };
  const { least, most } = counting ?? {};
  if (least !== undefined && most !== undefined && most > least)
    versionOf(splitVersion).range = { least, most };
  for (const [version, arm, value] of rows)
    versionOf(version)[value === null ? 'missing' : 'known'][arm] += 1;
  return Object.fromEntries(versions);
}

function missingSentence(
  { known, missing }: Versions[string],
  { lacking }: JudgedMean['guardrail'],
): string | undefined {
  for (const arm of ['candidate', 'stable'] as const) {
    const all = known[arm] + missing[arm];
    if (missing[arm] <= 1 || missing[arm] <= mostMissing * all) continue;
    return `${missing[arm]} of ${all} answers of ${arm === 'stable' ? arm : 'the candidate'} without ${lacking}`;
  }
  return undefined;
}

/** In the order of admission; what has no bounds, and what a broken measurement has left, is in no evidence. */
function feed(
  tests: Record<'test' | 'reverse', MeanTest>,
  of: { readonly rows: Rows; readonly versions: Versions; readonly isBroken: boolean; readonly due: number },
): void {
  const { rows, versions, isBroken, due } = of;
  tests.test.observe({ splitVersion: 0, bounds: { least: 0, most: 1 }, observations: [], due });
  for (const splitVersion of new Set(rows.map(([version]) => version))) {
    const bounds = versions[splitVersion]?.range;
    if (bounds === undefined || isBroken) continue;
    const observations = rows.flatMap(([version, arm, value]) =>
      version === splitVersion && value !== null ? [{ arm, value }] : [],
    );
    for (const test of Object.values(tests)) test.observe({ splitVersion, bounds, observations });
  }
}

function valuesOf(rows: Rows, arm: Arm): number[] {
  return rows.flatMap(([, of, value]) => (of === arm && value !== null ? [value] : []));
}

function addValues(before: Sums = { count: 0, sum: 0, squares: 0 }, values: readonly number[]): Sums {
  return values.reduce(
    ({ count, sum, squares }, value) => ({
      count: count + 1,
      sum: sum + value,
      squares: squares + value ** 2,
    }),
    before,
  );
}

function meanOf({ count, sum, squares }: Sums): MeanResult['candidate'] {
  if (count === 0) return { count, mean: null, standardError: null };
  const mean = sum / count;
  const variance = Math.max(0, squares / count - mean ** 2);
  return { count, mean, standardError: count < 2 ? null : Math.sqrt(variance / (count - 1)) };
}

import { oneLookZ } from '../gate/gate-looks.ts';
import { pairedDifference } from '../gate/paired-difference.ts';
import type { Interval } from '../numbers/bounded-mean.ts';
import {
  shortcomingNames,
  shortcomings,
  type MirroredAnswer,
  type MirroredPair,
  type Shortcoming,
} from './mirrored-pair.ts';
import { ratioOfMeans, type RatioOfMeans } from './ratio-of-means.ts';

/** How often an answer falls short in one way, on either arm. The interval of the difference has 90 %. */
export interface ShortcomingComparison extends Interval {
  readonly name: Shortcoming;
  readonly pairs: number;
  /** Answers that do. */
  readonly candidate: number;
  readonly stable: number;
  /** Difference of the shares, candidate - stable. */
  readonly difference: number;
}

/** What answers take, as means. */
export const measures = {
  length: 'characters',
  latency: 'latencyMs',
  'first content': 'firstContentMs',
  'tokens in': 'tokensIn',
  'tokens out': 'tokensOut',
  cost: 'costUsd',
} as const satisfies Record<string, keyof MirroredAnswer>;
export type Measure = keyof typeof measures;

/** The interval of the ratio has 90 %. */
export interface MeasureComparison extends RatioOfMeans {
  readonly name: Measure;
}

/** How the tool calls of pairs agree; of those pairs in which either arm calls one. */
export interface CallComparison {
  readonly pairs: number;
  readonly same: number;
  readonly otherArguments: number;
  readonly otherTools: number;
  readonly candidateAlone: number;
  readonly stableAlone: number;
}

export interface ComparedPairs {
  readonly pairs: number;
  readonly shortcomings: readonly ShortcomingComparison[];
  readonly measures: readonly MeasureComparison[];
  readonly calls?: CallComparison;
}

/** Compares answers to the same requests, pair by pair. */
export function comparePairs(pairs: readonly MirroredPair[]): ComparedPairs {
  const calls = compareCalls(pairs);
  return {
    pairs: pairs.length,
    shortcomings: shortcomingNames.flatMap((name) => compareShortcoming(pairs, name)),
    measures: (Object.keys(measures) as Measure[]).flatMap((name) => compareMeasure(pairs, name)),
    ...(calls.pairs === 0 ? {} : { calls }),
  };
}

/** Nothing where no answer falls short so. */
function compareShortcoming(pairs: readonly MirroredPair[], name: Shortcoming): ShortcomingComparison[] {
  const is = shortcomings[name];
  const known = pairs.map(({ candidate, stable, group }) => ({
    candidate: Number(is(candidate, stable)),
    stable: Number(is(stable, candidate)),
    group,
  }));
  const [candidate, stable] = [sumOf(known, 'candidate'), sumOf(known, 'stable')];
  if (candidate + stable === 0) return [];
  const { estimate, lower, upper } = pairedDifference(
    known.map((pair) => ({ candidate: [pair.candidate], stable: [pair.stable], group: pair.group })),
    oneLookZ,
  );
  return [{ name, pairs: pairs.length, candidate, stable, difference: estimate, lower, upper }];
}

function sumOf(
  pairs: readonly { readonly candidate: number; readonly stable: number }[],
  arm: 'candidate' | 'stable',
): number {
  return pairs.reduce((sum, pair) => sum + pair[arm], 0);
}

function compareMeasure(pairs: readonly MirroredPair[], name: Measure): MeasureComparison[] {
  const field = measures[name];
  const known = pairs.flatMap(({ candidate, stable, group }) => {
    const [own, others] = [candidate[field], stable[field]];
    // What was not answered took nothing that says anything.
    if (candidate.failed || stable.failed || own === undefined || others === undefined) return [];
    return [{ candidate: own, stable: others, group }];
  });
  const compared = ratioOfMeans(known, oneLookZ);
  return compared === undefined ? [] : [{ name, ...compared }];
}

function compareCalls(pairs: readonly MirroredPair[]): CallComparison {
  const either = pairs.filter(
    ({ candidate, stable }) => candidate.calls !== undefined || stable.calls !== undefined,
  );
  const count = (is: (candidate: MirroredAnswer['calls'], stable: MirroredAnswer['calls']) => boolean) =>
    either.filter(({ candidate, stable }) => is(candidate.calls, stable.calls)).length;
  return {
    pairs: either.length,
    same: count((a, b) => a !== undefined && a.whole === b?.whole),
    otherArguments: count((a, b) => a !== undefined && a.tools === b?.tools && a.whole !== b.whole),
    otherTools: count((a, b) => a !== undefined && b !== undefined && a.tools !== b.tools),
    candidateAlone: count((a, b) => a !== undefined && b === undefined),
    stableAlone: count((a, b) => a === undefined && b !== undefined),
  };
}

import { totalCounts } from '../../../analysis/guardrails/look-counts.ts';
import type { Horizon } from '../../../domain/guardrail/arm-counts.ts';
import type { Increments } from './increments.ts';

type Counters = Increments['counters'];
type Rows = Counters[string]['short'];

/** The counters of several looks as those of one: what two split versions counted is never added. */
export function addCounters(all: readonly Counters[]): Counters {
  const names = new Set(all.flatMap((counters) => Object.keys(counters)));
  const sumOf = (name: string, horizon: Horizon): Rows =>
    addRows(all.flatMap((counters) => counters[name]?.[horizon] ?? []));
  return Object.fromEntries(
    [...names].map((name) => [name, { short: sumOf(name, 'short'), long: sumOf(name, 'long') }]),
  );
}

function addRows(rows: Rows): Rows {
  return [...Map.groupBy(rows, ({ splitVersion }) => splitVersion)].map(([splitVersion, of]) => ({
    ...{ splitVersion, ...totalCounts(of) },
    elapsedMs: of.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0),
  }));
}

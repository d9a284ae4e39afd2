import type { StableWatch, StableWatchRun } from '../../api/schemas/watch/stable-watch.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { table } from './style.ts';

/** How stable is watched, and the alarm that there is. */
export function describeStableWatch(watch: StableWatch): string {
  return [settingsLine(watch), ...alarmLines(watch), ...newestLines(watch)].join('\n');
}

function settingsLine({ app, enabled, every, callsPerDay, usdPerDay, spent, late }: StableWatch): string {
  if (!enabled) return `${app}: stable is not watched. Switch it on: sluice stable-watch set ${app}.`;
  const cost = usdPerDay === undefined ? '' : ` and ${usdPerDay} US dollars`;
  const used = `${spent.calls} calls and ${spent.costUsd.toFixed(2)} US dollars used in 24 hours`;
  const behind = late ? ' Nothing was found out for more than three of its times.' : '';
  return `${app}: stable is asked its critical cases every ${every}, with at most ${callsPerDay} calls${cost} a day (${used}).${behind}`;
}

/** The alarm that there is, and what it does. */
export function alarmLines({ app, alarm }: Pick<StableWatch, 'app' | 'alarm'>): string[] {
  if (alarm === undefined) return [];
  const { kind, says, since, holds, liftedBy, liftedReason } = alarm;
  const lines = [`ALARM, ${kind}, since ${since}: ${oneLine(says)}`];
  if (holds) {
    return [
      ...lines,
      `No release gets a larger share until a run is good, or somebody says why: sluice stable-watch lift ${app} --reason "…"`,
    ];
  }
  return [...lines, `Releases go on: lifted by ${liftedBy ?? 'somebody'}, ${oneLine(liftedReason ?? '')}`];
}

function newestLines({ newest }: StableWatch): string[] {
  return newest === undefined ? [] : [`newest run: ${runLines(newest)}`];
}

/** A run, with a line for each target that was asked. */
export function runLines(run: StableWatchRun): string {
  const { id, label, revision, outcome = 'running', says, calls, targets = [] } = run;
  const head = `${id}: ${outcome}, ${label ?? revision}, ${calls} calls${says === undefined ? '' : `: ${oneLine(says)}`}`;
  const lines = targets.map(({ name, outcome: found, models, fingerprints }) => {
    const heard = [...models, ...fingerprints].join(', ');
    return `  ${name}: ${found}${heard === '' ? '' : `, answers as ${oneLine(heard)}`}`;
  });
  return [head, ...lines].join('\n');
}

export function runsTable(runs: readonly StableWatchRun[]): string {
  const rows = runs.map(({ begunAt, outcome = 'running', label, revision, calls, askedBy, says = '' }) => [
    ...[begunAt, outcome, label ?? revision.slice(0, 16), String(calls), askedBy ?? '', oneLine(says)],
  ]);
  return table([['BEGUN', 'FOUND', 'REVISION', 'CALLS', 'ASKED BY', 'SAYS'], ...rows]);
}

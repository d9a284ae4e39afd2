import type { Played } from './parallel.ts';
import type { SeedResult } from './seeds.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** What was played, and what came of it. */
export function printPlayed({ seeds, elapsedMs, ended, moves, broken }: Played): void {
  print(
    `${seeds} seeds in ${(elapsedMs / 1000).toFixed(0)} s: ${broken === undefined ? 'nothing broke' : 'one broke'}`,
  );
  print(`releases: ${counts(ended)}`);
  print(`seeds with: ${counts(moves)}`);
}

/** The shortest way to what broke, and how to see it again. */
export function printBroken({ seed, violations, shrunk }: SeedResult): void {
  print(`\nseed ${seed}, shrunk to ${shrunk?.moves.length ?? 0} moves:`);
  for (const line of shrunk?.trace ?? []) print(`  ${line}`);
  for (const { invariant, what } of violations)
    print(`✗ ${invariant === 'ends' ? 'it does not end' : `invariant ${invariant}`}: ${what}`);
  print(`again: npm run sim -- --replay ${seed}`);
}

/** A row a bug, as `bench/sim/RESULTS.md` has them. */
export function printBugs(found: readonly (readonly [string, Played])[], first: number): void {
  print('| planted bug | found after seeds | by | moves |\n|-|-|-|-|');
  for (const [bug, { broken }] of found) print(rowOf(bug, broken, first));
}

function rowOf(bug: string, broken: SeedResult | undefined, first: number): string {
  if (broken === undefined) return `| ${bug} | not found | | |`;
  const by = broken.violations[0]?.invariant;
  const moves = broken.shrunk?.moves.map(({ name }) => name).join(', ') ?? '';
  return `| ${bug} | ${broken.seed - first + 1} | ${by === 'ends' ? 'does not end' : `invariant ${by}`} | ${moves} |`;
}

function counts(of: ReadonlyMap<string, number>): string {
  return [...of]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, times]) => `${times} ${name}`)
    .join(', ');
}

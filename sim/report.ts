import type { Broken } from './judge.ts';
import type { Played } from './parallel.ts';
import type { SeedResult, Shortest } from './seeds.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** What was played, and what came of it. */
export function printPlayed({ seeds, elapsedMs, ended, moves, judged, broken }: Played): void {
  print(
    `${seeds} seeds in ${(elapsedMs / 1000).toFixed(0)} s: ${broken === undefined ? 'nothing broke' : 'one broke'}`,
  );
  print(`releases: ${counts(ended)}`);
  print(`seeds with: ${counts(moves)}`);
  printMatrix(judged);
}

/** What happens against the invariants: in how many seeds with the one the other was put to the question. */
function printMatrix(judged: Played['judged']): void {
  const invariants = [...new Set([...judged.values()].flatMap((own) => [...own.keys()]))].toSorted(
    (a, b) => Number(a === 'ends') - Number(b === 'ends') || Number(a) - Number(b),
  );
  print(`\n| what happens | ${invariants.join(' | ')} |\n|-|${invariants.map(() => '-:|').join('')}`);
  for (const [name, own] of [...judged].toSorted(([a], [b]) => a.localeCompare(b)))
    print(`| ${name} | ${invariants.map((each) => own.get(each) ?? 0).join(' | ')} |`);
}

/** The shortest way to what broke, and how to see it again. */
export function printBroken({ seed, shortest }: SeedResult, bug: string | undefined): void {
  if (shortest !== undefined) {
    print(`\nseed ${seed}, shrunk to ${shortest.moves.length} moves:`);
    printRun(shortest);
  }
  print(`the whole of it: npm run sim -- --replay ${seed}${bug === undefined ? '' : ` --bug '${bug}'`}`);
}

/** All that happens in a run, and what it breaks. */
export function printRun({ trace, violations }: Pick<Shortest, 'trace' | 'violations'>): void {
  for (const line of trace) print(`  ${line}`);
  for (const { invariant, what } of violations) print(`✗ ${nameOf(invariant)}: ${what}`);
}

function nameOf(invariant: Broken): string {
  return invariant === 'ends' ? 'it does not end' : `invariant ${invariant}`;
}

/** A row a bug, as `bench/sim/RESULTS.md` has them. */
export function printBugs(found: readonly (readonly [string, Played])[], first: number): void {
  print('| planted bug | found after seeds | by | moves |\n|-|-|-|-|');
  for (const [bug, { broken }] of found) print(rowOf(bug, broken, first));
}

function rowOf(bug: string, broken: SeedResult | undefined, first: number): string {
  if (broken === undefined) return `| ${bug} | not found | | |`;
  const { violations, moves } = broken.shortest ?? broken;
  const by = violations.map(({ invariant }) => nameOf(invariant))[0] ?? '';
  const names = moves.map(({ name }) => name).join(', ');
  return `| ${bug} | ${broken.seed - first + 1} | ${by} | ${names} |`;
}

function counts(of: ReadonlyMap<string, number>): string {
  return [...of]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, times]) => `${times} ${name}`)
    .join(', ');
}

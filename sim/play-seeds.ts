// A program of its own for a range of seeds: what it plays is loaded with at most one planted bug.
import { mutations } from './bugs.ts';
import { useSimulatedTemporal } from './hooks.ts';
import type { SeedResult, SeedsToPlay } from './seeds.ts';

const { first, count, bug, traced } = JSON.parse(process.argv[2] ?? '{}') as SeedsToPlay;

useSimulatedTemporal(mutations.filter(({ name }) => name === bug));
const { simulate } = await import('./run.ts');
const { release } = await import('../workflows/release/release.ts');
const { guard } = await import('../workflows/guard/guard.ts');
const { shrink } = await import('./shrink.ts');

type Code = (input: unknown) => Promise<unknown>;
const workflows = { release: release as Code, guard: guard as Code };
const bugs = new Set(bug === undefined ? [] : [bug]);

for (let seed = first; seed < first + count; seed += 1) {
  const run = await simulate({ seed, bugs, workflows });
  const { moves, ended, judged, violations, trace } = run;
  const isBroken = violations.length > 0;
  const shortest = isBroken
    ? await shrink(run, (fewer) => simulate({ seed, bugs, workflows, moves: fewer }))
    : undefined;
  const result: SeedResult = {
    ...{ seed, moves, ended, judged, violations },
    ...(traced && { trace }),
    ...(shortest && { shortest }),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (isBroken) break;
}
// Timers of the simulated world are nobody's any more.
process.exit(0);

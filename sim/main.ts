// `npm run sim`: many thousand seeds of a whole release under virtual time, or all planted bugs.
import { parseArgs } from 'node:util';
import { bugNames } from './bugs.ts';
import { playSeeds, replaySeed, type Played } from './parallel.ts';
import { printBroken, printBugs, printPlayed, printRun } from './report.ts';

const help = `npm run sim -- [options]

  --seeds N     how many seeds are played (10000)
  --first N     the first of them (1)
  --replay N    one seed, with all that happened in it
  --bugs        plant each bug in turn, and say after how many seeds it was found (at most --seeds, default 2000)
  --bug NAME    plant one of them
`;

const { values } = parseArgs({
  options: {
    ...{ seeds: { type: 'string' }, first: { type: 'string', default: '1' }, replay: { type: 'string' } },
    ...{ bugs: { type: 'boolean', default: false }, bug: { type: 'string' }, help: { type: 'boolean' } },
  },
});

async function main(): Promise<number> {
  if (values.help === true) {
    process.stdout.write(help);
    return 0;
  }
  const first = wholeNumber(values.first);
  if (values.bug !== undefined && !bugNames.includes(values.bug)) {
    process.stderr.write(
      `There is no bug "${values.bug}". There are:\n${bugNames.map((name) => `  ${name}\n`).join('')}`,
    );
    return 2;
  }
  if (values.bugs) return plantAll(first, wholeNumber(values.seeds ?? '2000'));
  if (values.replay !== undefined) return replay(wholeNumber(values.replay), values.bug);
  const count = wholeNumber(values.seeds ?? '10000');
  const played = await playSeeds({ first, count, ...(values.bug === undefined ? {} : { bug: values.bug }) });
  printPlayed(played);
  if (played.broken !== undefined) printBroken(played.broken, values.bug);
  return played.broken === undefined ? 0 : 1;
}

async function replay(seed: number, bug: string | undefined): Promise<number> {
  const { trace = [], violations } = await replaySeed(seed, bug);
  printRun({ trace, violations });
  return violations.length === 0 ? 0 : 1;
}

async function plantAll(first: number, count: number): Promise<number> {
  const found: [string, Played][] = [];
  for (const bug of bugNames) found.push([bug, await playSeeds({ first, count, bug })]);
  printBugs(found, first);
  return found.every(([, { broken }]) => broken !== undefined) ? 0 : 1;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  process.stderr.write(`"${text}" is no whole number.\n\n${help}`);
  process.exit(2);
}

process.exitCode = await main();

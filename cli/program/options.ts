import { InvalidArgumentError, Option, type Command as Program } from 'commander';
import { durationMs } from '../../domain/duration.ts';
import { messageOf } from '../../domain/errors.ts';
import { keptWords } from '../../domain/text/free-text.ts';
import { gateCheck } from '../github/check.ts';
import { evalDefaults } from './eval-defaults.ts';

const timeouts = { least: '1ms', most: '20d' };

function timeoutMs(text: string): number {
  try {
    const asked = durationMs(text);
    if (asked >= durationMs(timeouts.least) && asked <= durationMs(timeouts.most)) return asked;
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
  throw new InvalidArgumentError(`From ${timeouts.least} to ${timeouts.most}.`);
}

function atMost(most: number): (text: string) => number {
  return (text) => {
    const value = numberOf(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`A number from 1 to ${most}.`);
  };
}

export function weightPercent(text: string): number {
  const value = numberOf(text);
  if (value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError('A share in percent, from 0 to 100.');
}

/** A number of that range, whole or not. */
export function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = numberOf(text);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`A number from ${least} to ${most}.`);
  };
}

export function wholeNumber(text: string): number {
  const value = numberOf(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('A whole number, from 0 on.');
}

export function wholeFromOne(text: string): number {
  const value = numberOf(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('A whole number, from 1 on.');
}

/** NaN for what is none. In a script an empty text is a variable that is not set, and no 0. */
function numberOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}

// Options that several commands take, and that mean the same everywhere.

export const fileOption = () => new Option('-f, --file <file>', 'the release spec').default('sluice.yaml');

export const labelOption = () =>
  new Option(
    '--label <label>',
    "the revision's label, over that of the file; else <app>-<short commit>, with the content's digest where that is not committed",
  );

export const environmentOption = (byDefault = 'production') =>
  new Option('-e, --environment <name>', 'the environment').default(byDefault);

export const limitOption = () => new Option('--limit <n>', 'how many').default(50).argParser(atMost(50));

export const cursorOption = () => new Option('--cursor <cursor>', 'go on where the page before ended');

export const reasonOption = () =>
  new Option('--reason <text>', 'why; it stands in the audit log').argParser(keptWords);

export const noteOption = () =>
  new Option('--note <text>', 'what was found; it stands in the audit log')
    .argParser(keptWords)
    .makeOptionMandatory();

export const keyOption = () =>
  new Option('--idempotency-key <key>', 'the same key acts once, however often it is sent');

export const dirtyOption = () =>
  new Option('--allow-dirty', 'in CI: take files that are not committed').default(false);

export const timeoutOption = () =>
  new Option('--timeout <duration>', 'stop watching after this long; the release goes on')
    .default(86_400_000, '24h')
    .argParser(timeoutMs);

export const untilOption = () =>
  new Option(
    '--until <end>',
    'watch until it is promoted, or until its guard is over as well (10: that took it back, 12: it saw too little)',
  )
    .choices(['promoted', 'guarded'])
    .default('promoted');

export const exitOnPauseOption = () =>
  new Option(
    '--exit-on-pause',
    'stop watching when the release is paused or has to be approved, with exit code 13; else that is outlasted',
  ).default(false);

export const concurrencyOption = () =>
  new Option(
    '--concurrency <n>',
    "calls in flight of one provider's model, at most; fewer where it asks for that",
  )
    .default(evalDefaults.concurrency)
    .argParser(atMost(200));

export const patienceOption = () =>
  new Option('--patience <duration>', 'how long a provider may answer nothing before this ends as failed (5)')
    .default(evalDefaults.patienceMs, '2m')
    .argParser(timeoutMs);

const examplesOf = new WeakMap<Program, readonly string[]>();

/** Examples in a command's help, before its options: they are what most people look for. */
export function withExamples(program: Program, ...examples: string[]): Program {
  examplesOf.set(program, examples);
  return program;
}

/** A command's help with its examples between what it does and what it takes. */
export function helpWithExamples(program: Program, help: string): string {
  const examples = examplesOf.get(program);
  if (examples === undefined) return help;
  const text = `Examples:\n${examples.map((line) => `  ${line}`).join('\n')}\n\n`;
  const at = help.search(/^(?:Arguments|Options|Global Options|Commands):$/m);
  return at < 0 ? `${help}\n${text}` : help.slice(0, at) + text + help.slice(at);
}

export const reporterOption = (says: string) =>
  new Option('--reporter <name>', `in a workflow of GitHub: ${says}`).choices(['github']);

export const checkOption = () =>
  new Option(
    '--check <name>',
    'the check that the reporter writes; one for each app of a repository',
  ).default(gateCheck);

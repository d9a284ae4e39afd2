import { z } from 'zod';
import { visibleJson } from '../../domain/text/visible-text.ts';
import { exitCodeOf, exitCodes, messageOf, SluiceError, type ExitCode } from '../../domain/errors.ts';
import type { CommandOutcome } from './outcome.ts';
import type { Outputs } from './outputs.ts';
import { asWritten } from './printable.ts';

export interface Printing {
  readonly json: boolean;
  readonly verbose: boolean;
}

/** Where a command's end is told; in some places programs are told it as well. */
interface EndOutputs extends Outputs {
  readonly onOutcome?: (ended: {
    outcome: string;
    code: ExitCode;
    readonly release: string | undefined;
  }) => void;
}

/** The last line on standard error, for scripts whose wrapper squashes exit codes. */
function tellOutcome(
  { stderr, onOutcome }: EndOutputs,
  word: string,
  code: ExitCode,
  release?: string,
): void {
  onOutcome?.({ outcome: word, code, release });
  stderr.write(`sluice: outcome=${word} code=${code}${release === undefined ? '' : ` release=${release}`}\n`);
}

function printDocument({ stdout }: Outputs, document: Record<string, unknown>): void {
  stdout.write(`${visibleJson(JSON.stringify(asWritten(document), null, 2))}\n`);
}

/** Prints how a command ended, and gives its exit code. */
export function printOutcome(outputs: EndOutputs, outcome: CommandOutcome, { json }: Printing): ExitCode {
  const { code, word, release } = outcome;
  const named = release === undefined ? {} : { release };
  if (json && outcome.silent !== true)
    printDocument(outputs, { outcome: word, code, ...named, ...outcome.json });
  else if (outcome.silent !== true) outputs.stdout.write(`${outcome.text}\n`);
  tellOutcome(outputs, word, code, release);
  return code;
}

/** For a call that was malformed, after the parser has said so on standard error. */
export function printUsageError(
  outputs: EndOutputs,
  message: string,
  { json }: Pick<Printing, 'json'>,
): ExitCode {
  const { usage } = exitCodes;
  const remedy = 'Add --help for what there is.';
  if (json) printDocument(outputs, { outcome: 'usage', code: usage, error: { message, remedy } });
  tellOutcome(outputs, 'usage', usage);
  return usage;
}

function asSluiceError(error: unknown): SluiceError {
  if (error instanceof SluiceError) return error;
  if (error instanceof z.ZodError)
    return new SluiceError('invalid_file', z.prettifyError(error), { cause: error });
  return new SluiceError('internal', messageOf(error), {
    remedy: 'Run it again with --verbose, and report what it prints.',
    cause: error,
  });
}

/** Prints what went wrong and what to do about it, and gives the exit code. */
export function printError(outputs: EndOutputs, thrown: unknown, { json, verbose }: Printing): ExitCode {
  const { code: word, message, remedy } = asSluiceError(thrown);
  const code = exitCodeOf(word);
  if (json) printDocument(outputs, { outcome: word, code, error: { message, remedy } });
  outputs.stderr.write(`${message}\n${remedy === undefined ? '' : `  → ${remedy}\n`}`);
  if (verbose && thrown instanceof Error) outputs.stderr.write(`${traceOf(thrown)}\n`);
  tellOutcome(outputs, word, code);
  return code;
}

function traceOf({ stack = '', cause }: Error): string {
  return cause instanceof Error ? `${stack}\ncaused by ${traceOf(cause)}` : stack;
}

import { CommanderError } from 'commander';
import { exitCodeOf, exitCodes, messageOf, SluiceError, type ExitCode } from '../domain/errors.ts';
import { z } from 'zod';
import type { Command } from './commands/context.ts';
import { createApiClient } from './http/api-client.ts';
import type { CommandOutcome } from './output/outcome.ts';
import { createPaint } from './output/style.ts';
import { createProgram } from './program.ts';
import { readCliSettings } from './settings.ts';

interface Printing {
  json: boolean;
  verbose: boolean;
}

/** The last line on standard error, for scripts whose wrapper squashes exit codes. */
function tellOutcome(word: string, code: ExitCode, release: string | undefined): void {
  process.stderr.write(
    `sluice: outcome=${word} code=${code}${release === undefined ? '' : ` release=${release}`}\n`,
  );
}

function printOutcome(outcome: CommandOutcome, { json }: Printing): ExitCode {
  const { code, word, release } = outcome;
  const document = { outcome: word, code, ...(release === undefined ? {} : { release }), ...outcome.json };
  process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : `${outcome.text}\n`);
  tellOutcome(word, code, release);
  return code;
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

function printError(thrown: unknown, { json, verbose }: Printing): ExitCode {
  const error = asSluiceError(thrown);
  const code = exitCodeOf(error.code);
  if (json) {
    const document = { outcome: error.code, code, error: { message: error.message, remedy: error.remedy } };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }
  process.stderr.write(`${error.message}\n${error.remedy === undefined ? '' : `  → ${error.remedy}\n`}`);
  if (verbose && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? ''}\n`);
  tellOutcome(error.code, code, undefined);
  return code;
}

async function main(argv: string[]): Promise<ExitCode> {
  const terminal = process.stderr.isTTY;
  const settings = readCliSettings(process.env, process.cwd(), terminal);
  let code: ExitCode = exitCodes.done;
  const program = createProgram(
    async <Options>(command: Command<Options>, options: Options) => {
      const context = {
        settings,
        api: () => createApiClient(settings),
        paint: createPaint(settings.colour && process.stdout.isTTY),
        tell: (text: string) => process.stderr.write(`${text}\n`),
      };
      code = printOutcome(await command(context, options), program.opts());
    },
    async ({ newToken }) => {
      // The composition root of the stack loads much that no other command needs.
      const { upCommand } = await import('./up/command.ts');
      code = await upCommand({ newToken, environment: process.env, workingDirectory: process.cwd() });
    },
  );
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    // Commander has printed its own words by then.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    return printError(error, program.opts());
  }
}

process.exitCode = await main(process.argv);

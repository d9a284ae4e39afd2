import { CommanderError } from 'commander';
import { exitCodes, type ExitCode } from '../domain/errors.ts';
import type { Command, CommandContext } from './commands/context.ts';
import { actionsOutputs } from './github/actions-output.ts';
import { createApiClient } from './http/api-client.ts';
import { createLiveBlock } from './output/live-block.ts';
import type { Outputs } from './output/outputs.ts';
import { printError, printOutcome, printUsageError } from './output/print.ts';
import { printable, printableOutput } from './output/printable.ts';
import { createPaint } from './output/style.ts';
import { inAscii } from './output/text/ascii.ts';
import { createProgram } from './program.ts';
import { readCliSettings } from './settings.ts';

/** Where a command line is run. */
export interface Surroundings extends Outputs {
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** Absent where nobody sits at a terminal. */
  readonly ask?: ((question: string) => Promise<boolean>) | undefined;
  /** The same for an answer in words. */
  readonly askFor?: ((question: string) => Promise<string>) | undefined;
}

/** What the scripts of `sluice completion` ask for, as `sluice __complete =CURRENT WORD…`; no command for people. */
const completeWord = '__complete';

/** Runs `sluice` with its arguments, prints what came of it, and gives the exit code. Never throws. */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { environment, workingDirectory } = surroundings;
  // Known before the parser has understood the rest, which may be wrong.
  const printing = { json: argv.includes('--json'), verbose: argv.includes('--verbose') };
  const { stdout, stderr, command, onOutcome } = actionsOutputs(surroundings, {
    environment,
    json: printing.json,
  });
  const shown = argv.includes('--ascii') ? (text: string) => inAscii(printable(text)) : printable;
  const outputs = {
    stdout: printableOutput(stdout, shown),
    stderr: printableOutput(stderr, shown),
    onOutcome,
  };
  let code: ExitCode = exitCodes.done;
  const program = createProgram({
    outputs,
    run: async <Options>(load: () => Promise<Command<Options>>, options: Options) => {
      const loaded = await load();
      const context = createContext(
        { ...surroundings, stdout, stderr },
        { command, shown, colour: !argv.includes('--no-color') },
      );
      const outcome = await loaded(context, options);
      code = printOutcome(outputs, outcome, printing);
    },
    up: async (given) => {
      // The composition root of the stack loads much that no other command needs.
      const { upCommand } = await import('./up/command.ts');
      code = await upCommand({ ...given, environment, workingDirectory });
    },
  });
  if (argv[0] === completeWord) {
    const { completionLines } = await import('./completion/complete.ts');
    const settings = () => readCliSettings(environment, workingDirectory);
    stdout.write(await completionLines(program, argv.slice(1), settings));
    return exitCodes.done;
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return printError(outputs, error, printing);
    // Commander has printed its own words by then.
    return error.exitCode === 0
      ? exitCodes.done
      : printUsageError(outputs, error.message.replace(/^error: /, ''), printing);
  }
}

function createContext(
  surroundings: Surroundings,
  {
    command,
    shown,
    colour,
  }: Pick<CommandContext, 'command'> & {
    readonly shown: (composed: string) => string;
    readonly colour: boolean;
  },
): CommandContext {
  const { environment, workingDirectory, stdout, stderr, ask, askFor } = surroundings;
  const settings = readCliSettings(environment, workingDirectory);
  return {
    settings,
    api: () => createApiClient(settings),
    paint: createPaint(colour && settings.colour && stdout.isTTY === true),
    paintProgress: createPaint(colour && settings.colour && stderr.isTTY === true),
    tell: (text) => {
      stderr.write(shown(`${text}\n`));
    },
    command,
    live: () => createLiveBlock(stderr, { redraw: settings.redraw, printable: shown }),
    screen: stdout.isTTY === true ? { columns: stdout.columns ?? 80 } : undefined,
    ask,
    askFor,
  };
}

import type { Command } from '../commands/context.ts';

/**
 * Loads a command and runs it with its parsed options; prints its outcome and sets the exit code. A command is loaded when
 * it is asked for, for what another one needs is a good part of a second before a rollback begins.
 */
export type RunCommand = <Options>(load: () => Promise<Command<Options>>, options: Options) => Promise<void>;

import type { Command } from '../commands/context.ts';

/** Runs a command with its parsed options; prints its outcome and sets the exit code. */
export type Run = <Options>(command: Command<Options>, options: Options) => Promise<void>;

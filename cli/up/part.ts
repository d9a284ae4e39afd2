import { constants } from 'node:os';
import type { ProcessExit } from './servers/child-process.ts';

/** A server or program of the stack that can be taken away, and brought back at the same place with the same data. */
export interface StackPart {
  readonly name: string;
  readonly logFile: string;
  /** Of the program itself, in the run that is on or was last. */
  pid(): number;
  /** Resolves when it is ready. Puts in order first what an earlier run has left behind. */
  start(): Promise<void>;
  /** Also ends a start that is under way. */
  stop(): Promise<void>;
  /** SIGKILL: it has no chance to put anything in order. */
  kill(): Promise<void>;
  /** Whether it answers a question within that many milliseconds, whatever it says. Never rejects. */
  answers(withinMs: number): Promise<boolean>;
  /** Resolves with how, when the run that is on now has ended. Never rejects. */
  ended(): Promise<string>;
}

/** Shells, and the watchdog, tell of a program that a signal has ended by 128 and the signal's number. */
const signalledFrom = 128;

/** How a process ended, in words for a person: `SIGKILL`, `exit code 1`. */
export function howItEnded({ code, signal }: ProcessExit): string {
  if (signal !== null) return signal;
  const byNumber = Object.entries(constants.signals).find(([, number]) => number + signalledFrom === code);
  return byNumber?.[0] ?? `exit code ${String(code)}`;
}

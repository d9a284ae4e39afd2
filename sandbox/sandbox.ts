import { messageOf } from '../domain/errors.ts';
import { askPooled, createProcessPool } from './process-pool.ts';
import type { SandboxAnswer, Purpose, SandboxQuestion } from './question.ts';
import type { SandboxLimits } from './supervise.ts';
import { createTurns } from './turns.ts';

/** Processes for what one team has written. No other's code runs in them. */
export interface Sandbox {
  /** Asks when a process is free. Never throws: what cannot be asked is answered by `stopped`. */
  run(question: SandboxQuestion): Promise<SandboxAnswer>;
  /** Ends its processes. What is being asked, or waits to be, is answered by `stopped`. */
  close(): void;
}

export interface SandboxOptions extends Partial<SandboxLimits> {
  /** What it is asked; assertions, where nothing is said. */
  readonly purpose?: Purpose;
  /** Processes at once. */
  readonly atOnce?: number;
  /** How many questions may be stopped before no more is asked: all that a team's code takes has an end. */
  readonly stopsAtMost?: number;
}

const usual = {
  purpose: 'assertions',
  timeoutMs: 2_000,
  memoryMb: 320,
  atOnce: 2,
  stopsAtMost: 20,
} as const;

/**
 * A sandbox for a team's code, regular expressions and schemas: see docs/reference/sandbox.md for what is in it and what
 * is not. Processes are started when they are needed.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { atOnce, stopsAtMost, purpose, ...limits } = { ...usual, ...options };
  const pool = createProcessPool(purpose, limits);
  const inTurn = createTurns(atOnce);
  const state = { stops: 0, closed: false };
  const isClosed = () => state.closed;

  async function ask(question: SandboxQuestion): Promise<SandboxAnswer> {
    if (isClosed()) return stopped('its evaluation has ended');
    if (state.stops >= stopsAtMost)
      return stopped(
        `${state.stops} others of its evaluation had to be stopped before, and no more is tried`,
      );
    const member = await pool.take();
    try {
      if (isClosed()) return stopped('its evaluation has ended');
      const answer = await askPooled(member, question);
      if (!member.process.isAlive() && !isClosed()) state.stops += 1;
      return answer;
    } finally {
      pool.putBack(member);
    }
  }

  return {
    run: (question) =>
      inTurn(async () => {
        try {
          return await ask(question);
        } catch (error) {
          return { kind: 'stopped', why: messageOf(error), unasked: true };
        }
      }),
    close() {
      state.closed = true;
      pool.close();
    },
  };
}

function stopped(why: string): SandboxAnswer {
  return { kind: 'stopped', why };
}

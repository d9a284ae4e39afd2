import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../domain/errors.ts';
import { forget, isWanted, leavePlace, takePlace, type Holder } from './places.ts';
import type { SandboxAnswer, Purpose, SandboxQuestion } from './question.ts';
import { startSandboxed, type SandboxedProcess } from './sandboxed-process.ts';
import type { SandboxLimits } from './supervise.ts';

/** Processes for what one team has written. No other's code runs in them. */
export interface Sandbox {
  /** Asks when a process is free. Never throws: what cannot be asked is answered by `stopped`. */
  run(question: SandboxQuestion): Promise<SandboxAnswer>;
  /** Ends its processes. What is being asked, or waits to be, is answered by `stopped`. */
  close(): void;
}

export interface SandboxOptions extends Partial<SandboxLimits> {
  /** What it is asked; assertions, where nothing is said. */
  purpose?: Purpose;
  /** Processes at once. */
  atOnce?: number;
  /** How many questions may be stopped before no more is asked: all that a team's code takes has an end. */
  stopsAtMost?: number;
}

const usual = {
  purpose: 'assertions',
  timeoutMs: 2_000,
  memoryMb: 320,
  atOnce: 2,
  stopsAtMost: 20,
} as const;

/** A process is replaced in time, whatever answers have left behind in it, and before the kernel ends it (locked-process.ts). */
const atMost = { answers: 2_000, busyMs: 60_000 } as const;

const startsAtMost = 3;

interface Member {
  process: SandboxedProcess;
  answers: number;
  busyMs: number;
}

/**
 * A sandbox for a team's code, regular expressions and schemas: see docs/reference/sandbox.md for what is in it and what
 * is not. Processes are started when they are needed.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { atOnce, stopsAtMost, purpose, ...limits } = { ...usual, ...options };
  const members = new Set<Member>();
  const idle: Member[] = [];
  const waiting: (() => void)[] = [];
  const state = { running: 0, stops: 0, closed: false };

  const isClosed = () => state.closed;

  const end = (member: Member): void => {
    member.process.kill();
    if (members.delete(member)) leavePlace(holder);
  };
  const holder: Holder = {
    giveUpIdle() {
      const member = idle.shift();
      if (member !== undefined) end(member);
      return member !== undefined;
    },
  };

  async function memberToAsk(): Promise<Member> {
    for (let known = idle.pop(); known !== undefined; known = idle.pop()) {
      if (known.process.isAlive()) return known;
      end(known);
    }
    await takePlace(holder);
    try {
      const member = { process: await startPatiently(purpose, limits), answers: 0, busyMs: 0 };
      members.add(member);
      return member;
    } catch (error) {
      leavePlace(holder);
      throw error;
    }
  }

  function putBack(member: Member): void {
    const { process, answers, busyMs } = member;
    const isFresh = answers < atMost.answers && busyMs < atMost.busyMs;
    if (process.isAlive() && isFresh && !state.closed && !isWanted(holder)) idle.push(member);
    else end(member);
  }

  async function ask(question: SandboxQuestion): Promise<SandboxAnswer> {
    if (isClosed()) return stopped('its evaluation has ended');
    if (state.stops >= stopsAtMost)
      return stopped(
        `${state.stops} others of its evaluation had to be stopped before, and no more is tried`,
      );
    const member = await memberToAsk();
    if (isClosed()) {
      end(member);
      return stopped('its evaluation has ended');
    }
    const askedMs = performance.now();
    const answer = await member.process.ask(question);
    member.answers += 1;
    member.busyMs += performance.now() - askedMs;
    if (!member.process.isAlive() && !isClosed()) state.stops += 1;
    putBack(member);
    return answer;
  }

  return {
    async run(question) {
      if (state.running >= atOnce) await new Promise<void>((go) => waiting.push(go));
      else state.running += 1;
      try {
        return await ask(question);
      } catch (error) {
        return { kind: 'stopped', why: messageOf(error), unasked: true };
      } finally {
        const next = waiting.shift();
        if (next === undefined) state.running -= 1;
        else next();
      }
    },
    close() {
      state.closed = true;
      for (const member of members) end(member);
      forget(holder);
    },
  };
}

/** That no process could be started is the machine's doing, and mostly passes. */
async function startPatiently(purpose: Purpose, limits: SandboxLimits): Promise<SandboxedProcess> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startSandboxed(purpose, limits);
    } catch (error) {
      if (tries === startsAtMost) throw error;
      await delay(tries * 500);
    }
  }
}

function stopped(why: string): SandboxAnswer {
  return { kind: 'stopped', why };
}

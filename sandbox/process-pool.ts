import { setTimeout as delay } from 'node:timers/promises';
import { forget, isWanted, leavePlace, takePlace, type Holder } from './places.ts';
import type { Purpose, SandboxAnswer, SandboxQuestion } from './question.ts';
import { startSandboxed, type SandboxedProcess } from './sandboxed-process.ts';
import type { SandboxLimits } from './supervise.ts';

/** A process is replaced in time, whatever answers have left behind in it, and before the kernel ends it (locked-process.ts). */
const atMost = { answers: 2_000, busyMs: 60_000 } as const;

const startsAtMost = 3;

/** A process, and what it has done so far. */
export interface PooledProcess {
  readonly process: SandboxedProcess;
  answers: number;
  busyMs: number;
}

/** The processes of one sandbox, which are started when they are needed. */
export interface ProcessPool {
  /** One that is free. Throws where none could be started. */
  take(): Promise<PooledProcess>;
  /** It is free again, or ends: where it is used up, or another sandbox wants its place. */
  putBack(member: PooledProcess): void;
  /** Ends all, also those that are being asked. What is taken later is ended when it is put back. */
  close(): void;
}

export function createProcessPool(purpose: Purpose, limits: SandboxLimits): ProcessPool {
  const members = new Set<PooledProcess>();
  const idle: PooledProcess[] = [];
  let closed = false;

  const holder: Holder = {
    giveUpIdle() {
      const member = idle.shift();
      if (member !== undefined) end(member);
      return member !== undefined;
    },
  };

  function end(member: PooledProcess): void {
    member.process.kill();
    if (members.delete(member)) leavePlace(holder);
  }

  return {
    async take() {
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
    },
    putBack(member) {
      const { process, answers, busyMs } = member;
      const isFresh = answers < atMost.answers && busyMs < atMost.busyMs;
      if (process.isAlive() && isFresh && !closed && !isWanted(holder)) idle.push(member);
      else end(member);
    },
    close() {
      closed = true;
      for (const member of members) end(member);
      forget(holder);
    },
  };
}

/** Asks it, and notes what that took. */
export async function askPooled(member: PooledProcess, question: SandboxQuestion): Promise<SandboxAnswer> {
  const askedMs = performance.now();
  const answer = await member.process.ask(question);
  member.answers += 1;
  member.busyMs += performance.now() - askedMs;
  return answer;
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

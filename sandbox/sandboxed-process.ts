import { randomUUID } from 'node:crypto';
import { answerIn } from './answer-line.ts';
import { firstLine } from './first-line.ts';
import { startLocked } from './locked-process.ts';
import { readyLine, type SandboxAnswer, type Purpose, type SandboxQuestion } from './question.ts';
import { supervise, type SandboxLimits } from './supervise.ts';

/** A process that is asked one question at a time. */
export interface SandboxedProcess {
  /** Answers `stopped` where a limit is reached, or the process ends: it is of no use then. */
  ask(question: SandboxQuestion): Promise<SandboxAnswer>;
  isAlive(): boolean;
  kill(): void;
}

/** To come up is nobody's code's doing. */
const toStart: SandboxLimits = { timeoutMs: 20_000, memoryMb: 512 };

/** Starts one, and resolves when it can be asked. Throws where it does not come up. */
export async function startSandboxed(purpose: Purpose, limits: SandboxLimits): Promise<SandboxedProcess> {
  const first = await firstLine(purpose);
  const child = startLocked();
  const { next, isAlive, kill } = supervise(child);
  const ready = next((line) => (line === readyLine ? true : undefined), toStart);
  child.stdin.write(`${first}\n`);
  const came = await ready;
  if (came.kind === 'ended') throw new Error(`a process of the sandbox did not start: ${came.why}`);
  return {
    isAlive,
    kill,
    async ask(question) {
      const id = randomUUID();
      const answer = next((line) => answerIn(line, id), limits);
      child.stdin.write(`${JSON.stringify({ id, question })}\n`);
      const given = await answer;
      return given.kind === 'taken' ? given.value : { kind: 'stopped', why: given.why };
    },
  };
}

import type { RehearsalOutcome, RehearsalQuestion } from '../../config-store/gateway-view/rehearsals.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { verdictOfProbe, type ProbedTarget } from '../../domain/revision/target-probe.ts';
import type { Clock } from '../clock.ts';
import type { ServedRevision } from '../config/bind-revision.ts';
import { keepDoing, type Repeated } from '../keep-doing.ts';
import { probeChain, type ProbeParts } from './answer-probe.ts';

const everyMs = 1_000;

export interface RehearsalParts extends Pick<ProbeParts, 'callChain' | 'parseInbound'> {
  readonly clock: Clock;
  readonly take: () => Promise<readonly RehearsalQuestion[]>;
  readonly answer: (
    found: RehearsalQuestion & { readonly outcome: RehearsalOutcome; readonly reason?: string | undefined },
  ) => Promise<void>;
  /** A revision, bound; throws where this gateway cannot serve it. */
  readonly bound: (app: string, revision: string) => Promise<ServedRevision>;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Answers, beside the traffic, whether revisions that a rollback may go back to can be served here and answer: the way
 * back is known to be alive before it is needed.
 */
export function startRehearsals(parts: RehearsalParts): Repeated {
  const { clock, onFailure, take, answer } = parts;
  const rehearse = async (): Promise<void> => {
    const questions = await take();
    await Promise.all(
      questions.map(async (question) => answer({ ...question, ...(await find(parts, question)) })),
    );
  };
  return keepDoing(rehearse, { clock, intervalMs: everyMs, onFailure });
}

async function find(
  parts: RehearsalParts,
  { app, revision }: RehearsalQuestion,
): Promise<{ readonly outcome: RehearsalOutcome; readonly reason?: string }> {
  let bound: ServedRevision;
  try {
    bound = await parts.bound(app, revision);
  } catch (error) {
    const away = error instanceof SluiceError && error.code === 'unreachable';
    return { outcome: away ? 'unknown' : 'unbound', reason: messageOf(error) };
  }
  return outcomeOf(await probeChain(parts, bound));
}

/** One target that answers is enough to serve; where each is known to be wrong, nothing would. */
export function outcomeOf(targets: readonly ProbedTarget[]): {
  readonly outcome: RehearsalOutcome;
  readonly reason?: string;
} {
  const verdicts = targets.map(verdictOfProbe);
  const reasons = targets.flatMap(({ name, outcome }) =>
    outcome.kind === 'failed' ? [`${name}: ${outcome.status ?? outcome.how} ${outcome.code}`] : [],
  );
  const reason = reasons.length === 0 ? {} : { reason: reasons.join('; ') };
  if (verdicts.includes('alive')) return { outcome: 'ready', ...reason };
  return { outcome: verdicts.every((each) => each === 'dead') ? 'dead' : 'unknown', ...reason };
}

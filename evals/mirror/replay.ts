import { askAgain, type Sample } from '../../protocols/samples/sample.ts';
import type { AskPinned, PinnedAnswered } from '../targets/pinned-answer.ts';
import { factsOf, type FactsParts } from './mirrored-facts.ts';
import { cutBy } from '../run/shortfall.ts';
import type { WorkItem, WorkResult } from '../run/work.ts';

export interface ReplaySettings {
  readonly ask: AskPinned;
  /** Frozen documents go along where this says so, or where the revision leaves retrieval to the application. */
  readonly documents: 'frozen' | 'retrieved';
  readonly retrievesItself: (revision: string) => boolean;
  /** The target that a work item's call is pinned to. */
  readonly pinnedTarget: (target: number) => number | undefined;
  /** What is to be known of an answer of this revision. */
  readonly factsParts: (item: WorkItem, sample: Sample) => FactsParts;
}

export interface Replay {
  readonly result: WorkResult;
  /** What was said; absent where nothing was. */
  readonly answer?: PinnedAnswered;
}

/** A sample, and the name to ask for: `<app>` or `<app>/<prompt>`. */
export interface Replayed {
  readonly model: string;
  readonly sample: Sample;
}

/**
 * Asks a sample again, on one arm. A whole answer that says something is good. The result holds figures and marks of it
 * and nothing that was said: errors are kept by their code alone, because a vendor's message may quote the request.
 */
export async function replay(
  item: WorkItem,
  { model, sample }: Replayed,
  { ask, documents, retrievesItself, pinnedTarget, factsParts }: ReplaySettings,
  signal: AbortSignal,
): Promise<Replay> {
  const { revision, target } = item;
  const freezes = documents === 'frozen' || !retrievesItself(revision);
  const request = askAgain(sample, { model, documents: freezes ? sample.documents : undefined });
  const answer = await ask({ revision, target: pinnedTarget(target), request, signal });
  const { latencyMs } = answer;
  if (answer.kind === 'failed') {
    const { code: error, status, attempts } = answer;
    const details = {
      ...(status === undefined ? {} : { status }),
      ...(attempts === undefined ? {} : { attempts }),
    };
    return { result: { ...item, verdict: 'failed', error, latencyMs, details } };
  }
  return { result: resultOf(item, answer, factsParts(item, sample)), answer };
}

function resultOf(item: WorkItem, answer: PinnedAnswered, parts: FactsParts): WorkResult {
  const by = answer.answeredBy === undefined ? {} : { answeredBy: answer.answeredBy.target };
  const passed = answer.output.trim() !== '';
  const cut = cutBy(answer.finishReason);
  const facts = factsOf(answer, parts);
  return {
    ...item,
    verdict: passed ? 'passed' : 'failed',
    score: passed ? 1 : 0,
    latencyMs: answer.latencyMs,
    ...(facts.costUsd === undefined ? {} : { costUsd: facts.costUsd }),
    details: {
      attempts: answer.attempts,
      ...by,
      ...(cut === undefined ? {} : { cut }),
      ...(passed ? {} : { reasons: ['empty answer'] }),
      facts,
    },
  };
}

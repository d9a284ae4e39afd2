import type { AnswerEnd } from '../../protocols/event.ts';
import type { ChainResult } from './chain.ts';

export type Answered = Extract<ChainResult, { readonly kind: 'answered' }>;

/** Reads an answer that nobody waits for to its end: a connection that is left in the middle of one is lost. */
export function readToEnd(answered: Answered): Promise<AnswerEnd> {
  return new Promise((resolve, reject) => {
    answered.flowTo({ take: () => true, whenDrained: () => undefined, end: resolve, crash: reject });
  });
}

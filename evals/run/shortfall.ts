import { kindOf, type Assertion } from '../../domain/evaluation/suite.ts';
import type { Answer } from '../assertions/answer.ts';

/** How an answer can fall short of being one: cut off by its length or by a filter, or without a word or a tool call. */
export type Shortfall = 'length' | 'content_filter' | 'empty';

const words: Record<Shortfall, string> = {
  length: 'the answer is cut off: it reached its greatest length (finish reason "length")',
  content_filter: 'the answer is cut off by a content filter (finish reason "content_filter")',
  empty: 'the answer is empty',
};

/**
 * Why an answer is none that a case can pass on, unless the case expects just that. What is not there contains nothing
 * that it should not, so suites of `not-…` would pass on it.
 */
export function shortfallOf(answer: Answer, expected: ReadonlySet<Shortfall>): string | undefined {
  const found = shortfallsOf(answer).find((each) => !expected.has(each));
  return found === undefined ? undefined : words[found];
}

/**
 * What a case expects an answer to lack: `finish-reason` names how it is cut off, which may leave nothing of it, and
 * `equals` with an empty text says that it is empty.
 */
export function expectedShortfalls(assertions: readonly Assertion[]): Set<Shortfall> {
  return new Set(assertions.flatMap(expectedBy));
}

function expectedBy({ type, value }: Assertion): Shortfall[] {
  const { kind, negated } = kindOf(type);
  if (negated) return [];
  if (kind === 'equals' && value === '') return ['empty'];
  const cut = value === 'length' || value === 'content_filter';
  return kind === 'finish-reason' && cut ? [value, 'empty'] : [];
}

/** What cut an answer off; undefined where it is whole, as far as is known. */
export function cutBy(finishReason: string | undefined): 'length' | 'content_filter' | undefined {
  return finishReason === 'length' || finishReason === 'content_filter' ? finishReason : undefined;
}

function shortfallsOf({ output, finishReason }: Answer): Shortfall[] {
  const empty: Shortfall[] = output.trim() === '' ? ['empty'] : [];
  return [cutBy(finishReason) ?? [], empty].flat();
}

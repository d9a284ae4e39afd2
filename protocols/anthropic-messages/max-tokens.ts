/** What older models may write at most, in tokens, by the beginning of their names; the longest one that fits counts. */
const ownMaxima: readonly (readonly [name: string, maxTokens: number])[] = [
  ['claude-2', 4_096],
  ['claude-instant', 4_096],
  ['claude-3', 4_096],
  ['claude-3-5', 8_192],
  ['claude-3-7', 64_000],
  ['claude-opus-4', 32_000],
  ['claude-opus-4-5', 64_000],
  ['claude-opus-4-6', 64_000],
];

/** What every newer model allows. One that allows less says so, and is asked again with what it says. */
const usualMaximum = 64_000;

/**
 * A model's own maximum of output tokens: the Messages API needs a limit where OpenAI's need none, and one that nobody
 * asked for must not cut an answer off.
 */
export function ownMaxTokens(model: string): number {
  const name = /claude-.*/.exec(model)?.[0] ?? model;
  return ownMaxima.findLast(([beginning]) => name.startsWith(beginning))?.[1] ?? usualMaximum;
}

import { createHmac } from 'node:crypto';
import { z } from 'zod';
import canonicalize from 'canonicalize';
import type { Usage } from '../../domain/usage.ts';
import type { ToolCall } from '../../protocols/request.ts';
import { costUsd, type Price } from '../../domain/price.ts';
import type { PinnedAnswered } from '../targets/pinned-answer.ts';

/** What is known of a mirrored answer besides its words: figures and marks, nothing of its content. */
export const mirroredFactsSchema = z.object({
  /** Length of its text, or of its tool calls as JSON where it has none. */
  characters: z.number(),
  /** Of a stream: until its first content. */
  firstContentMs: z.number().exactOptional(),
  tokensIn: z.number().exactOptional(),
  tokensOut: z.number().exactOptional(),
  /** At list price; absent where the model has none. */
  costUsd: z.number().exactOptional(),
  refused: z.literal(true).exactOptional(),
  /** Is it of the form that was promised? Absent where none was. */
  format: z.enum(['kept', 'broken']).exactOptional(),
  /** By what the release's suites name under `live`, 0..1; null where nobody could say. */
  score: z.number().nullable().exactOptional(),
  /** Its tool calls in their order, as keyed hashes: which tools, and these with what they were given. */
  calls: z.object({ tools: z.string(), whole: z.string() }).exactOptional(),
});
export type MirroredFacts = z.infer<typeof mirroredFactsSchema>;

export interface FactsParts {
  readonly price: Price | undefined;
  /** Its caller or its revision asked for JSON. */
  readonly promisesJson: boolean;
  /** What hashes of tool calls are made with: who reads results is told nothing of what was said. */
  readonly hashKey: Buffer;
}

export function factsOf(answer: PinnedAnswered, { price, promisesJson, hashKey }: FactsParts): MirroredFacts {
  const { output, firstContentMs, usage, refused, toolCalls = [] } = answer;
  const format = refused === true ? undefined : formatOf({ output, toolCalls, promisesJson });
  return {
    characters: output.length,
    ...(firstContentMs === undefined ? {} : { firstContentMs }),
    ...usageFacts(usage, price),
    ...(refused === true ? { refused } : {}),
    ...(format === undefined ? {} : { format }),
    ...(toolCalls.length === 0 ? {} : { calls: hashesOf(toolCalls, hashKey) }),
  };
}

function usageFacts(usage: Usage | undefined, price: Price | undefined): Partial<MirroredFacts> {
  if (usage === undefined) return {};
  const { inputTokens: tokensIn, outputTokens: tokensOut } = usage;
  return { tokensIn, tokensOut, ...(price === undefined ? {} : { costUsd: costUsd(price, usage) }) };
}

function formatOf({
  output,
  toolCalls,
  promisesJson,
}: Pick<FactsParts, 'promisesJson'> & {
  readonly output: string;
  readonly toolCalls: readonly ToolCall[];
}): MirroredFacts['format'] {
  if (toolCalls.length > 0) {
    return toolCalls.every((call) => isObject(jsonOf(call.arguments || '{}'))) ? 'kept' : 'broken';
  }
  if (!promisesJson) return undefined;
  return isObject(jsonOf(output)) ? 'kept' : 'broken';
}

function hashesOf(calls: readonly ToolCall[], key: Buffer): NonNullable<MirroredFacts['calls']> {
  const hash = (value: unknown): string =>
    createHmac('sha256', key)
      .update(canonicalize(value) ?? '')
      .digest('hex')
      .slice(0, 16);
  return {
    tools: hash(calls.map(({ name }) => name)),
    // The same arguments in another order of their names are the same.
    whole: hash(calls.map((call) => [call.name, jsonOf(call.arguments) ?? call.arguments])),
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Undefined for a text that is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

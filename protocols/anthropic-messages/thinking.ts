import type { JsonObject } from '../../domain/json.ts';
import type { ModelRequest } from '../request.ts';
import { isJsonArray, isJsonObject } from '../fields.ts';

/** The smallest budget that the API takes, in tokens. */
const leastBudget = 1024;

/**
 * The body with the thinking that the API takes beside the rest of it, whoever set the one and the other: the caller
 * may have asked for a short answer and the revision for long thinking.
 */
export function withFittingThinking(body: JsonObject, asked: ModelRequest): JsonObject {
  const { thinking, ...others } = body;
  if (!isJsonObject(thinking) || thinking['type'] !== 'enabled') return body;
  if (lacksThinking(body)) return others;
  const { max_tokens: limit } = body;
  const { budget_tokens: budget } = thinking;
  if (typeof limit !== 'number' || typeof budget !== 'number' || budget < limit) return body;
  // With interleaved thinking a budget may be the larger one: what the caller asked in one is the caller's to say.
  if (asked.parameters.maxTokens === limit && asked.parameters.rest['thinking'] === thinking) return body;
  const left = limit - 1;
  return left < leastBudget ? others : { ...body, thinking: { ...thinking, budget_tokens: left } };
}

/**
 * With thinking the API wants the turn that called a tool to begin with the thinking that led to it. Of a turn that
 * another model wrote there is none: it goes on without, until the user speaks again.
 */
function lacksThinking({ messages }: JsonObject): boolean {
  const turns = isJsonArray(messages) ? messages.filter(isJsonObject) : [];
  const called = turns.slice(turns.findLastIndex(isSpeech) + 1).find((turn) => has(turn, ['tool_use']));
  return called !== undefined && !has(called, ['thinking', 'redacted_thinking']);
}

/** The user's own words, and not only what tools answered. */
function isSpeech({ role, content }: JsonObject): boolean {
  if (role !== 'user') return false;
  return (
    !isJsonArray(content) || content.some((part) => isJsonObject(part) && part['type'] !== 'tool_result')
  );
}

function has({ content }: JsonObject, types: readonly unknown[]): boolean {
  return isJsonArray(content) && content.some((part) => isJsonObject(part) && types.includes(part['type']));
}

import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { ModelRequest } from '../request.ts';
import { isJsonArray, isJsonObject } from '../fields.ts';

/** The smallest budget that the API takes, in tokens. */
const leastBudget = 1024;

/**
 * The body with the thinking that the API takes beside the rest of it, whoever set the one and the other: the caller
 * may have asked for a short answer and the revision for long thinking. What the caller asked in all of it is the
 * caller's to say.
 */
export function withFittingThinking(body: JsonObject, asked: ModelRequest): JsonObject {
  const { thinking, ...others } = body;
  if (!isJsonObject(thinking) || thinking['type'] === 'disabled') return body;
  if (lacksThinking(body)) return others;
  const isCallers = asked.parameters.rest['thinking'] === thinking;
  if (forcesTool(body) && !isCallers) return others;
  return withFittingBudget(withoutSampling(body, asked, isCallers), asked);
}

/** A model that thinks takes no choice of a tool but its own. */
function forcesTool({ tool_choice: choice }: JsonObject): boolean {
  return isJsonObject(choice) && (choice['type'] === 'any' || choice['type'] === 'tool');
}

/** With thinking the API takes no temperature but 1, no `top_k`, and of `top_p` the uppermost values alone. */
const leastTopP = 0.95;

/** Leaves out what the API does not take beside thinking, where one side set the one and the other side the other. */
function withoutSampling(body: JsonObject, { parameters }: ModelRequest, isCallers: boolean): JsonObject {
  const { temperature, top_p: topP, top_k: topK } = body;
  const mixed = (value: JsonValue | undefined, asked: JsonValue | undefined): boolean =>
    value !== undefined && (value === asked) !== isCallers;
  const left = new Set<string>();
  if (temperature !== 1 && mixed(temperature, parameters.temperature)) left.add('temperature');
  if (mixed(topK, parameters.rest['top_k'])) left.add('top_k');
  if (typeof topP === 'number' && topP < leastTopP && mixed(topP, parameters.topP)) left.add('top_p');
  return left.size === 0
    ? body
    : Object.fromEntries(Object.entries(body).filter(([name]) => !left.has(name)));
}

function withFittingBudget(body: JsonObject, asked: ModelRequest): JsonObject {
  const { thinking, ...others } = body;
  if (!isJsonObject(thinking) || thinking['type'] !== 'enabled') return body;
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

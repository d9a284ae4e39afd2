import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import { json, sse, type Script } from '../../failover/test-fixtures/scripted-upstream.ts';
import { isJsonArray, isJsonObject } from '../../../protocols/fields.ts';
import * as recorded from '../../../protocols/test-fixtures/recorded-answers.ts';

const signature = 'EqQBCgIYAhIM';
const encrypted = 'gAAAAABencrypted';
const thinking = { type: 'thinking', thinking: 'They want the weather.', signature };
const reasoning = { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: encrypted };

const objects = (value: JsonValue | undefined): JsonObject[] =>
  isJsonArray(value) ? value.filter(isJsonObject) : [];

/**
 * Both vendors as they are in a tool loop: the first turn calls a tool, with reasoning of its own, the second one answers;
 * and what their APIs refuse of a second turn is refused in their words.
 */
export const strictVendor: Script = (response, request) => {
  const { path, body } = request;
  const { refusal, isSecond, turns } = vendors[path] ?? {
    refusal: () => 'No.',
    isSecond: () => false,
    turns: [],
  };
  const error = sharedRefusal(body) ?? refusal(body);
  if (error !== undefined) {
    const said = { type: 'invalid_request_error', message: error };
    json(path === '/v1/messages' ? { type: 'error', error: said } : { error: said }, 400)(response, request);
    return;
  }
  const [whole, frames] = turns[isSecond(body) ? 1 : 0] ?? [{}, []];
  (body['stream'] === true ? sse(frames) : json(whole))(response, request);
};

function sharedRefusal({ tools, tool_choice: choice }: JsonObject): string | undefined {
  if (isJsonArray(tools) && tools.length === 0) return "[] is too short - 'tools'";
  return choice !== undefined && tools === undefined
    ? "'tool_choice' is only allowed when 'tools' are specified."
    : undefined;
}

interface Vendor {
  readonly refusal: (body: JsonObject) => string | undefined;
  readonly isSecond: (body: JsonObject) => boolean;
  /** Whole and streamed. */
  readonly turns: readonly (readonly [JsonObject, readonly string[]])[];
}

const vendors: Readonly<Record<string, Vendor>> = {
  '/v1/chat/completions': {
    refusal(body) {
      const messages = objects(body['messages']);
      const calls = messages.flatMap((message) => objects(message['tool_calls']).map(({ id }) => id));
      const answers = messages.flatMap(({ role, tool_call_id: id }) => (role === 'tool' ? [id] : []));
      return JSON.stringify(calls) === JSON.stringify(answers)
        ? undefined
        : "An assistant message with 'tool_calls' must be followed by tool messages.";
    },
    isSecond: (body) => objects(body['messages']).some(({ role }) => role === 'tool'),
    turns: [
      [recorded.chatToolCompletion, recorded.chatToolStream],
      [recorded.chatCompletion, recorded.chatStream],
    ],
  },
  '/v1/responses': {
    refusal(body) {
      let isReasoned = false;
      for (const { type, id, encrypted_content: content } of objects(body['input'])) {
        if (typeof id === 'string' && /^(fc|msg)_reasoned/.test(id) && !isReasoned)
          return `Item '${id}' was provided without its required 'reasoning' item.`;
        if (type !== 'reasoning') continue;
        isReasoned = true;
        if (content === undefined)
          return `Item with id ${JSON.stringify(id)} not found. Items are not persisted.`;
        if (content !== encrypted) return 'The encrypted content for the item could not be verified.';
      }
      return body['store'] === false ? undefined : 'This test keeps nothing.';
    },
    isSecond: (body) => objects(body['input']).some(({ type }) => type === 'function_call_output'),
    turns: [
      [
        {
          ...recorded.responsesToolAnswer,
          output: [
            reasoning,
            ...objects(recorded.responsesToolAnswer['output']).map((item) => ({
              ...item,
              id: 'fc_reasoned',
            })),
          ],
        },
        recorded.responsesToolStream,
      ],
      [recorded.responsesAnswer, recorded.responsesStream],
    ],
  },
  '/v1/messages': {
    refusal(body) {
      const messages = objects(body['messages']);
      const blocks = messages.flatMap(({ role, content }) =>
        objects(content).map((block) => ({ role, block })),
      );
      for (const { block } of blocks) {
        if (block['type'] === 'thinking' && block['signature'] !== signature)
          return 'messages.1.content.0: Invalid `signature` in `thinking` block';
      }
      const called = messages.find(
        ({ role, content }) => role === 'assistant' && hasType(content, 'tool_use'),
      );
      const wanted = isJsonObject(body['thinking']) ? body['thinking'] : {};
      const isThinking = wanted['type'] === 'enabled';
      if (called !== undefined && isThinking && !hasType(called['content'], 'thinking'))
        return 'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`.';
      if (isThinking && Number(body['max_tokens']) <= Number(wanted['budget_tokens']))
        return '`max_tokens` must be greater than `thinking.budget_tokens`.';
      return body['thread'] === undefined ? undefined : 'thread: Extra inputs are not permitted';
    },
    isSecond: (body) => objects(body['messages']).some(({ content }) => hasType(content, 'tool_result')),
    turns: [
      [
        {
          ...recorded.anthropicToolMessage,
          content: [thinking, ...objects(recorded.anthropicToolMessage['content'])],
        },
        recorded.anthropicToolStream,
      ],
      [recorded.anthropicMessage, recorded.anthropicStream],
    ],
  },
};

function hasType(content: JsonValue | undefined, type: string): boolean {
  return objects(content).some((block) => block['type'] === type);
}

import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Usage } from '../../domain/usage.ts';
import type { FinishReason, ModelEvent, ToolCallEvent } from '../event.ts';
import { type CollectedAnswer, textOf, toolCallsOf } from '../collect-answer.ts';
import type { AnswerIdentity, StreamWriter } from '../inbound.ts';
import { defined } from '../fields.ts';
import { withMember, withoutMember } from '../splice.ts';
import { sseFrame } from '../sse.ts';
import { writeOpenAiError } from '../openai/error.ts';

/** A whole chat completion. */
export function writeChatCompletion(answer: CollectedAnswer, identity: AnswerIdentity): JsonObject {
  const text = textOf(answer, 'text');
  const refusal = textOf(answer, 'refusal');
  const reasoning = textOf(answer, 'reasoning');
  const calls = toolCallsOf(answer);
  const message = defined({
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
    refusal: refusal === '' ? null : refusal,
    reasoning_content: reasoning === '' ? undefined : reasoning,
    tool_calls:
      calls.length === 0
        ? undefined
        : calls.map((call) => ({
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: call.arguments },
          })),
  });
  const finishReason = finishReasonOf(answer.finishReason ?? 'stop', refusal !== '');
  return defined({
    id: identity.id,
    object: 'chat.completion',
    created: identity.createdS,
    model: answer.model ?? '',
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
    usage: answer.usage && writeUsage(answer.usage),
  });
}

/** The chunks of a streamed chat completion; `[DONE]` comes after a finish and never after an error. */
export function createChatStreamWriter(identity: AnswerIdentity): StreamWriter {
  const state = { model: '', refused: false };
  const ownId = JSON.stringify(identity.id);
  let usage: Usage | undefined;

  const frame = (chunk: JsonObject): string => sseFrame(JSON.stringify(chunk));
  const chunk = (choices: readonly JsonValue[], more: JsonObject = {}): string =>
    frame({
      id: identity.id,
      object: 'chat.completion.chunk',
      created: identity.createdS,
      model: state.model,
      choices,
      ...more,
    });
  const delta = (value: JsonObject, finishReason: string | null = null): string =>
    chunk([{ index: 0, delta: value, logprobs: null, finish_reason: finishReason }]);

  function finish(reason: FinishReason): string[] {
    const frames = [delta({}, finishReasonOf(reason, state.refused))];
    if (identity.request.includeUsage)
      frames.push(chunk([], { usage: usage === undefined ? null : writeUsage(usage) }));
    return [...frames, done];
  }

  function translate(event: ModelEvent): string[] {
    switch (event.type) {
      case 'start':
        state.model = event.model;
        return [delta({ role: 'assistant', content: '' })];
      case 'text':
        return [delta({ content: event.delta })];
      case 'reasoning':
        return [delta({ reasoning_content: event.delta })];
      case 'refusal':
        state.refused = true;
        return [delta({ refusal: event.delta })];
      case 'tool_call':
        return [delta({ tool_calls: [writeCallDelta(event)] })];
      case 'usage':
        usage = event.usage;
        return [];
      case 'finish':
        return finish(event.reason);
      case 'error':
        return [sseFrame(JSON.stringify(writeOpenAiError(event.failure)))];
    }
  }

  return {
    write: translate,
    relay({ text, payload }) {
      const isForUs = !identity.request.includeUsage && payload['usage'] !== undefined;
      if (isForUs && bringsUsageOnly(payload)) return '';
      return sseFrame(withMember(isForUs ? withoutMember(text, 'usage') : text, 'id', ownId));
    },
    endOfRelayed: done,
  };
}

const done = sseFrame('[DONE]');

/** The chunk of the usage that only the gateway asked for. */
function bringsUsageOnly({ choices, usage }: JsonObject): boolean {
  return Array.isArray(choices) && choices.length === 0 && usage !== null;
}

function writeCallDelta(event: ToolCallEvent): JsonObject {
  const called = defined({ name: event.name, arguments: event.argumentsDelta });
  return event.id === undefined
    ? { index: event.index, function: called }
    : { index: event.index, id: event.id, type: 'function', function: called };
}

/** A refusal without words of its own is what OpenAI calls content_filter. */
function finishReasonOf(reason: FinishReason, refusedInWords: boolean): string {
  if (reason !== 'refusal') return reason;
  return refusedInWords ? 'stop' : 'content_filter';
}

function writeUsage(usage: Usage): JsonObject {
  return defined({
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details:
      usage.cachedInputTokens === undefined ? undefined : { cached_tokens: usage.cachedInputTokens },
    completion_tokens_details:
      usage.reasoningTokens === undefined ? undefined : { reasoning_tokens: usage.reasoningTokens },
  });
}

import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Usage } from '../../domain/usage.ts';
import type { AnswerBlock, CollectedAnswer } from '../collect-answer.ts';
import type { AnswerIdentity } from '../inbound.ts';

/** What a response repeats of its request, and what that is where the request says nothing. */
const echoed: Readonly<Record<string, JsonValue>> = {
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  parallel_tool_calls: true,
  reasoning: { effort: null, summary: null },
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
};

/** The response object: before the first item, and when it is over. */
export function writeResponseObject(
  answer: CollectedAnswer,
  { id, createdS, request }: AnswerIdentity,
  output: readonly JsonObject[],
): JsonObject {
  const cutOff = cutOffOf(answer);
  const { body } = request.raw;
  return {
    id,
    object: 'response',
    created_at: createdS,
    status: cutOff === null ? 'completed' : 'incomplete',
    error: null,
    incomplete_details: cutOff,
    model: answer.model ?? '',
    output,
    previous_response_id: null,
    store: false,
    usage: answer.usage === undefined ? null : writeUsage(answer.usage),
    ...Object.fromEntries(Object.entries(echoed).map(([name, value]) => [name, body[name] ?? value])),
  };
}

/** Why a response is incomplete; null where it is not. A refusal without words of its own is what OpenAI calls content_filter. */
export function cutOffOf(answer: CollectedAnswer): JsonObject | null {
  const refusedInWords = answer.blocks.some((block) => block.kind === 'refusal');
  switch (answer.finishReason) {
    case 'length':
      return { reason: 'max_output_tokens' };
    case 'content_filter':
      return { reason: 'content_filter' };
    case 'refusal':
      return refusedInWords ? null : { reason: 'content_filter' };
    case 'stop':
    case 'tool_calls':
    case undefined:
      return null;
  }
}

function writeUsage(usage: Usage): JsonObject {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: {
      cached_tokens: usage.cachedInputTokens ?? 0,
      cache_write_tokens: usage.cacheWriteTokens ?? 0,
    },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}

/** The output items of a whole answer. */
export function outputOf(answer: CollectedAnswer, responseId: string): JsonObject[] {
  return answer.blocks.map((block, i) => writeItem(block, itemId(block.kind, responseId, i)));
}

const idPrefixes: Record<AnswerBlock['kind'], string> = {
  text: 'msg',
  refusal: 'msg',
  reasoning: 'rs',
  tool_call: 'fc',
};

export function itemId(kind: AnswerBlock['kind'], responseId: string, outputIndex: number): string {
  return `${idPrefixes[kind]}_${responseId.replace(/^resp_/, '')}_${outputIndex}`;
}

/** A finished output item. */
export function writeItem(block: AnswerBlock, id: string): JsonObject {
  switch (block.kind) {
    case 'text':
    case 'refusal':
      return {
        id,
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [writePart(block.kind, block.text)],
      };
    case 'reasoning':
      return { id, type: 'reasoning', summary: [writePart(block.kind, block.text)] };
    case 'tool_call':
      return {
        id,
        type: 'function_call',
        status: 'completed',
        call_id: block.id,
        name: block.name,
        arguments: block.arguments,
      };
  }
}

/** A part of an output item. */
export function writePart(kind: 'text' | 'reasoning' | 'refusal', text: string): JsonObject {
  switch (kind) {
    case 'text':
      return { type: 'output_text', text, annotations: [], logprobs: [] };
    case 'refusal':
      return { type: 'refusal', refusal: text };
    case 'reasoning':
      return { type: 'summary_text', text };
  }
}

import type { JsonObject } from '../../domain/json.ts';
import type { Usage } from '../../domain/usage.ts';
import type { AnswerEnd, FinishReason } from '../event.ts';
import { defined, fieldsOf } from '../fields.ts';
import { finishOf } from '../finish.ts';

/** Anthropic's usage: its `input_tokens` leave out what the cache read or wrote, Sluice's do not. */
export function readAnthropicUsage(usage: JsonObject): Usage {
  const fields = fieldsOf(usage, 'usage');
  const cached = fields.optionalNumber('cache_read_input_tokens');
  const written = fields.optionalNumber('cache_creation_input_tokens');
  const details = fieldsOf(
    fields.optionalObject('output_tokens_details') ?? {},
    'usage.output_tokens_details',
  );
  return {
    inputTokens: (fields.optionalNumber('input_tokens') ?? 0) + (cached ?? 0) + (written ?? 0),
    outputTokens: fields.optionalNumber('output_tokens') ?? 0,
    ...defined({
      cachedInputTokens: cached,
      cacheWriteTokens: written,
      reasoningTokens: details.optionalNumber('thinking_tokens'),
    }),
  };
}

/** Usage as Anthropic writes it. */
export function writeAnthropicUsage(usage: Usage | undefined): JsonObject {
  const cached = usage?.cachedInputTokens ?? 0;
  const written = usage?.cacheWriteTokens ?? 0;
  return {
    input_tokens: Math.max(0, (usage?.inputTokens ?? 0) - cached - written),
    output_tokens: usage?.outputTokens ?? 0,
    cache_read_input_tokens: cached,
    cache_creation_input_tokens: written,
  };
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'refusal',
};

/** How a message ended that has a stop reason. */
export function readStopReason(reason: string, called: boolean): AnswerEnd {
  return finishOf(reason, finishReasons, { called, refused: false });
}

const stopReasons: Record<FinishReason, string> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
  refusal: 'refusal',
};

export function writeStopReason(reason: FinishReason): string {
  return stopReasons[reason];
}

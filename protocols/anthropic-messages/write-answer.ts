import type { JsonObject } from '../../domain/json.ts';
import type { Usage } from '../../domain/usage.ts';
import type { FinishReason, ModelEvent } from '../event.ts';
import type { AnswerBlock, CollectedAnswer } from '../collect-answer.ts';
import type { AnswerIdentity, StreamWriter } from '../inbound.ts';
import { objectOf, parseJson } from '../fields.ts';
import { relayEvent } from '../relay.ts';
import { sseFrame } from '../sse.ts';
import { createBlockWriter, eventFrame } from './write-blocks.ts';
import { writeAnthropicError } from './errors.ts';
import { writeAnthropicUsage, writeStopReason } from './read-usage.ts';

/** A whole message. Throws `invalid_request` where the model's tool input is no JSON, which a message cannot carry. */
export function writeAnthropicMessage(answer: CollectedAnswer, identity: AnswerIdentity): JsonObject {
  return {
    ...emptyMessage(identity.id, answer.model ?? ''),
    content: answer.blocks.map(writeBlock),
    stop_reason: writeStopReason(answer.finishReason ?? 'stop'),
    usage: writeAnthropicUsage(answer.usage),
  };
}

function emptyMessage(id: string, model: string): JsonObject {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: writeAnthropicUsage(undefined),
  };
}

function writeBlock(block: AnswerBlock): JsonObject {
  switch (block.kind) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: block.text, citations: null };
    case 'reasoning':
      // Unsigned: only Anthropic's own models sign, and this one is another's.
      return { type: 'thinking', thinking: block.text, signature: '' };
    case 'tool_call': {
      const text = block.arguments.trim() === '' ? '{}' : block.arguments;
      const input = objectOf(parseJson(text, `The input of the call of "${block.name}"`), 'input');
      return { type: 'tool_use', id: block.id, name: block.name, input };
    }
  }
}

/** The events of a streamed message; `message_stop` comes after a finish and never after an error. */
export function createAnthropicStreamWriter(identity: AnswerIdentity): StreamWriter {
  const blocks = createBlockWriter();
  const ownId = JSON.stringify(identity.id);
  let usage: Usage | undefined;

  function finish(reason: FinishReason): string[] {
    const delta = { stop_reason: writeStopReason(reason), stop_sequence: null };
    return [
      ...blocks.close(),
      eventFrame('message_delta', { delta, usage: writeAnthropicUsage(usage) }),
      eventFrame('message_stop', {}),
    ];
  }

  function translate(event: ModelEvent): string[] {
    switch (event.type) {
      case 'start':
        return [eventFrame('message_start', { message: emptyMessage(identity.id, event.model) })];
      case 'text':
      case 'refusal':
        return blocks.delta('text', { type: 'text', text: '' }, { type: 'text_delta', text: event.delta });
      case 'reasoning':
        return blocks.delta(
          'thinking',
          { type: 'thinking', thinking: '', signature: '' },
          { type: 'thinking_delta', thinking: event.delta },
        );
      case 'tool_call':
        return blocks.call(event);
      case 'usage':
        usage = event.usage;
        return [];
      case 'finish':
        return finish(event.reason);
      case 'error':
        return [sseFrame(JSON.stringify(writeAnthropicError(event.failure)), 'error')];
    }
  }

  return {
    write: translate,
    relay: (message) => relayEvent(message, 'message', ownId),
    endOfRelayed: '',
  };
}

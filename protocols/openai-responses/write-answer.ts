import type { JsonObject } from '../../domain/json.ts';
import type { ModelEvent } from '../event.ts';
import type { ProviderFailure } from '../failures/failure.ts';
import { type CollectedAnswer, createAnswerCollector } from '../collect-answer.ts';
import type { AnswerIdentity, StreamWriter } from '../inbound.ts';
import { relayEvent } from '../relay.ts';
import { sseFrame } from '../sse.ts';
import { createItemWriter } from './write-items.ts';
import { cutOffOf, outputOf, writeResponseObject } from './write-response.ts';

/** A whole response. */
export function writeResponse(answer: CollectedAnswer, identity: AnswerIdentity): JsonObject {
  return writeResponseObject(answer, identity, outputOf(answer, identity.id));
}

/** The events of a streamed response; `response.completed` comes after a finish and never after an error. */
export function createResponsesStreamWriter(identity: AnswerIdentity): StreamWriter {
  const state = { sequence: 0 };
  const ownId = JSON.stringify(identity.id);
  const collector = createAnswerCollector();

  function frame(type: string, fields: JsonObject): string {
    const payload = { type, ...fields, sequence_number: state.sequence };
    state.sequence += 1;
    return sseFrame(JSON.stringify(payload), type);
  }

  const items = createItemWriter(identity.id, frame);

  function begin(): string[] {
    const response = { ...writeResponseObject(collector.answer(), identity, []), status: 'in_progress' };
    return [frame('response.created', { response }), frame('response.in_progress', { response })];
  }

  function finish(): string[] {
    const closing = items.close();
    const answer = collector.answer();
    const response = writeResponseObject(answer, identity, items.output());
    return [
      ...closing,
      frame(cutOffOf(answer) === null ? 'response.completed' : 'response.incomplete', { response }),
    ];
  }

  function translate(event: ModelEvent): string[] {
    switch (event.type) {
      case 'start':
        return begin();
      case 'finish':
        return finish();
      case 'text':
      case 'reasoning':
      case 'refusal':
      case 'tool_call':
        return items.write(event);
      case 'usage':
        return [];
      case 'error':
        return [frame('error', errorFields(event.failure))];
    }
  }

  return {
    write(event) {
      collector.add(event);
      return translate(event);
    },
    relay(message) {
      const { sequence_number: sequence } = message.payload;
      if (typeof sequence === 'number') state.sequence = sequence + 1;
      return relayEvent(message, 'response', ownId);
    },
    endOfRelayed: '',
  };
}

function errorFields({ code, message, param }: ProviderFailure): JsonObject {
  return { code, message, param: param ?? null };
}

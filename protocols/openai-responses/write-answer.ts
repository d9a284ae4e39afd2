import type { JsonObject } from '../../domain/json.ts';
import type { ModelEvent } from '../event.ts';
import type { ProviderFailure } from '../failures/failure.ts';
import { type CollectedAnswer, createAnswerCollector } from '../collect-answer.ts';
import type { AnswerIdentity, StreamWriter } from '../inbound.ts';
import { isJsonObject } from '../fields.ts';
import { sseFrame } from '../sse.ts';
import { createItemWriter } from './write-items.ts';
import { cutOffOf, outputOf, writeResponseObject } from './write-response.ts';

/** A whole response. */
export function writeResponse(answer: CollectedAnswer, identity: AnswerIdentity): JsonObject {
  if (answer.relayed === 'openai-responses' && answer.payload !== undefined) {
    return { ...answer.payload, id: identity.id };
  }
  return writeResponseObject(answer, identity, outputOf(answer, identity.id));
}

/** The events of a streamed response; `response.completed` comes after a finish and never after an error. */
export function createResponsesStreamWriter(identity: AnswerIdentity): StreamWriter {
  const state = { relaying: false, sequence: 0 };
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
      case 'relay':
      case 'error':
        return [];
    }
  }

  function relay(payload: JsonObject): string[] {
    const { type, response, sequence_number: sequence } = payload;
    if (typeof sequence === 'number') state.sequence = sequence + 1;
    const own = isJsonObject(response) ? { ...payload, response: { ...response, id: identity.id } } : payload;
    return [sseFrame(JSON.stringify(own), typeof type === 'string' ? type : undefined)];
  }

  return {
    write(event) {
      collector.add(event);
      if (event.type === 'start') state.relaying = event.relayed === 'openai-responses';
      if (event.type === 'error') return [frame('error', errorFields(event.failure))];
      if (!state.relaying) return translate(event);
      return event.type === 'relay' ? relay(event.payload) : [];
    },
  };
}

function errorFields({ code, message, param }: ProviderFailure): JsonObject {
  return { code, message, param: param ?? null };
}

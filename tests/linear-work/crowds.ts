import type { ModelEvent } from '../../protocols/event.ts';
import { parseInbound } from '../../protocols/parse-inbound.ts';
import { inboundCodec, outboundCodec } from '../../protocols/registry.ts';
import { protocols, type Protocol } from '../../protocols/request.ts';
import type { JsonObject } from '../../domain/json.ts';

const many = 120_000;
const each = <T>(of: (i: number) => T): T[] => Array.from({ length: many }, (_, i) => of(i));
const spoken = (protocol: Protocol, body: JsonObject) =>
  parseInbound(protocol, { model: 'bank', ...body }).request;
const user = { role: 'user', content: 'x' };

/** Reads a request of very many pieces, and writes it for each vendor. */
function asked(protocol: Protocol, body: JsonObject): void {
  const request = spoken(protocol, body);
  for (const to of protocols) outboundCodec(to).writeRequest(request, 'm');
}

/** Writes an answer of very many pieces as a stream for callers of each protocol. */
function answered(events: readonly ModelEvent[]): void {
  const request = spoken('openai-chat', { messages: [user] });
  for (const to of protocols) {
    const writer = inboundCodec(to).createStreamWriter({ id: 'x', createdS: 1, request });
    writer.write({ type: 'start', model: 'm' });
    for (const event of events) writer.write(event);
    writer.write({ type: 'finish', reason: 'stop' });
  }
}

const call = (i: number): ModelEvent => ({
  type: 'tool_call',
  index: i,
  id: `c${i}`,
  name: 'n',
  argumentsDelta: '',
});

/** Each is to do work that grows with the number of its pieces and no faster. */
export const crowds: Readonly<Record<string, () => void>> = {
  'Responses: items of a user': () => {
    asked('openai-responses', { input: each(() => user) });
  },
  'Responses: reasoning': () => {
    asked('openai-responses', { input: [user, ...each(() => ({ type: 'reasoning' }))] });
  },
  'Responses: calls': () => {
    const calls = each(() => ({ type: 'function_call', call_id: 'c', name: 'n', arguments: '' }));
    asked('openai-responses', { input: [user, ...calls] });
  },
  'chat: answers of tools': () => {
    const answers = each(() => ({ role: 'tool', tool_call_id: 'c', content: 'x' }));
    asked('openai-chat', { messages: [user, ...answers] });
  },
  'messages: calls and answers': () => {
    const calls = each((i) => ({ type: 'tool_use', id: `c${i}`, name: 'n', input: {} }));
    const answers = each((i) => ({ type: 'tool_result', tool_use_id: `c${i}` }));
    const turns = [
      { role: 'assistant', content: calls },
      { role: 'user', content: answers },
    ];
    asked('anthropic-messages', { max_tokens: 9, messages: [user, ...turns] });
  },
  'an answer of calls': () => {
    answered(each(call));
  },
};

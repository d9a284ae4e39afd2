import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { FinishReason, ModelEvent, Usage } from '../event.ts';
import type { StreamReader } from '../outbound.ts';
import { failureInStream } from '../failures/failure.ts';
import { defined, type Fields, fieldsOf, objectOf, parseJson } from '../fields.ts';
import { finishOf, seenIn } from '../finish.ts';
import { readOpenAiError } from '../openai/error.ts';

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
  max_tokens: 'length',
};

/** The events of a whole chat completion. Throws `invalid_request` where it is malformed. */
export function readChatCompletion(body: JsonObject): ModelEvent[] {
  const fields = fieldsOf(body, '');
  const choice = fieldsOf(fields.array('choices')[0], 'choices[0]');
  const message = fieldsOf(choice.object('message'), 'choices[0].message');
  const content = readDelta(message);
  const usage = fields.optionalObject('usage');
  const finish = finishOf(choice.string('finish_reason'), finishReasons, seenIn(content));
  if (finish.type === 'error') return [finish];
  return [
    { type: 'start', model: fields.string('model'), relayed: 'openai-chat' },
    ...content,
    { type: 'relay', payload: body },
    ...(usage === undefined ? [] : [{ type: 'usage', usage: readUsage(usage) } as const]),
    finish,
  ];
}

/** Reads the chunks of a streamed chat completion, up to `[DONE]` or, where a server leaves that out, the end. */
export function createChatStreamReader(): StreamReader {
  const state = { started: false, over: false, called: false, refused: false };
  let finish: ModelEvent | undefined;
  const renumber = createCallNumbers();

  function finishEvents(): ModelEvent[] {
    if (state.over || finish === undefined) return [];
    state.over = true;
    return [finish];
  }

  function readChunk(payload: JsonValue): ModelEvent[] {
    const fields = fieldsOf(payload, '');
    const error = fields.optionalObject('error');
    if (error !== undefined) {
      state.over = true;
      return [{ type: 'error', failure: failureInStream(readOpenAiError({ error })) }];
    }
    const events: ModelEvent[] = [];
    // The first chunk is a receipt; those after it come of a model at work, though all of them be empty.
    const alive = state.started;
    const [first] = fields.array('choices');
    if (!state.started)
      events.push({ type: 'start', model: fields.optionalString('model') ?? '', relayed: 'openai-chat' });
    state.started = true;
    if (first !== undefined) {
      const choice = fieldsOf(first, 'choices[0]');
      events.push(
        ...readDelta(fieldsOf(choice.optionalObject('delta') ?? {}, 'choices[0].delta')).map(renumber),
      );
      const seen = seenIn(events);
      state.called ||= seen.called;
      state.refused ||= seen.refused;
      const reason = choice.optionalString('finish_reason');
      if (reason !== undefined && reason !== '') finish = finishOf(reason, finishReasons, state);
      if (finish?.type === 'error') return [...events, ...finishEvents()];
    }
    const usage = fields.optionalObject('usage');
    if (usage !== undefined) events.push({ type: 'usage', usage: readUsage(usage) });
    const relay = { type: 'relay', payload: objectOf(payload, '') } as const;
    return [...events, alive ? { ...relay, alive } : relay];
  }

  return {
    read({ data }) {
      if (state.over) return [];
      return data === '[DONE]' ? finishEvents() : readChunk(parseJson(data, 'A chunk of the stream'));
    },
    end: finishEvents,
  };
}

function readDelta(fields: Fields): ModelEvent[] {
  const events: ModelEvent[] = [];
  const reasoning = fields.optionalString('reasoning_content') ?? reasoningOf(fields);
  if (reasoning !== undefined && reasoning !== '') events.push({ type: 'reasoning', delta: reasoning });
  const text = fields.optionalString('content');
  if (text !== undefined && text !== '') events.push({ type: 'text', delta: text });
  const refusal = fields.optionalString('refusal');
  if (refusal !== undefined && refusal !== '') events.push({ type: 'refusal', delta: refusal });
  const calls = fields.optionalArray('tool_calls') ?? [];
  return [...events, ...calls.map((call, i) => readToolCall(call, i))];
}

/** Some servers (OpenRouter, vLLM) call it `reasoning`; others have an object of that name, which says nothing. */
function reasoningOf(fields: Fields): string | undefined {
  const value = fields.any('reasoning');
  return typeof value === 'string' ? value : undefined;
}

/** Some servers number every call 0, each with an id of its own: another id is another call. */
function createCallNumbers(): (event: ModelEvent) => ModelEvent {
  const idOfNumber: string[] = [];
  const numberOfIndex = new Map<number, number>();
  return (event) => {
    if (event.type !== 'tool_call') return event;
    const known = numberOfIndex.get(event.index);
    const isNew =
      known === undefined || (event.id !== undefined && event.id !== '' && idOfNumber[known] !== event.id);
    const index = isNew ? idOfNumber.push(event.id ?? '') - 1 : known;
    numberOfIndex.set(event.index, index);
    return { ...event, index };
  };
}

function readToolCall(value: JsonValue, position: number): ModelEvent {
  const fields = fieldsOf(value, `tool_calls[${position}]`);
  const called = fieldsOf(fields.optionalObject('function') ?? {}, `${fields.path}.function`);
  return {
    type: 'tool_call',
    index: fields.optionalNumber('index') ?? position,
    ...defined({ id: fields.optionalString('id'), name: called.optionalString('name') }),
    argumentsDelta: called.optionalString('arguments') ?? '',
  };
}

function readUsage(usage: JsonObject): Usage {
  const fields = fieldsOf(usage, 'usage');
  const input = fieldsOf(fields.optionalObject('prompt_tokens_details') ?? {}, 'usage.prompt_tokens_details');
  const output = fieldsOf(
    fields.optionalObject('completion_tokens_details') ?? {},
    'usage.completion_tokens_details',
  );
  return {
    inputTokens: fields.optionalNumber('prompt_tokens') ?? 0,
    outputTokens: fields.optionalNumber('completion_tokens') ?? 0,
    ...defined({
      cachedInputTokens: input.optionalNumber('cached_tokens'),
      reasoningTokens: output.optionalNumber('reasoning_tokens'),
    }),
  };
}

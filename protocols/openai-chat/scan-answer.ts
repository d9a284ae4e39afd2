import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Usage } from '../../domain/usage.ts';
import type { AnswerEnd, FinishReason } from '../event.ts';
import { failureInStream } from '../failures/failure.ts';
import { type Fields, fieldsOf, objectOf, parseJson } from '../fields.ts';
import { finishOf } from '../finish.ts';
import { readOpenAiError } from '../openai/error.ts';
import { readOpenAiUsage, usageNames } from '../openai/usage.ts';
import { saysNothing, type Scan, type Scanned, type StreamScanner } from '../scan.ts';
import { callsOf, readToolCall, reasoningOf } from './read-delta.ts';

const names = usageNames('prompt', 'completion');

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
  max_tokens: 'length',
};

/** What a whole chat completion says. Throws `invalid_request` where it is malformed. */
export function scanChatCompletion(body: JsonObject): Scan {
  const fields = fieldsOf(body, '');
  const choice = fieldsOf(fields.array('choices')[0], 'choices[0]');
  const { content, called, refused } = scanDelta(choice.object('message'), 'choices[0].message');
  fields.string('model');
  const end = finishOf(choice.string('finish_reason'), finishReasons, { called, refused });
  return { content, alive: false, usage: usageOf(fields), end };
}

/** Scans the chunks of a streamed chat completion, up to `[DONE]` or, where a server leaves that out, the end. */
export function createChatStreamScanner(): StreamScanner {
  const state = { started: false, over: false, called: false, refused: false };
  let finish: AnswerEnd | undefined;

  function endOf(end: AnswerEnd | undefined): Scan {
    if (state.over || end === undefined) return saysNothing;
    state.over = true;
    return { ...saysNothing, end };
  }

  function scanChoice(value: JsonValue | undefined): boolean {
    if (value === undefined) return false;
    const choice = fieldsOf(value, 'choices[0]');
    const said = scanDelta(choice.optionalObject('delta') ?? {}, 'choices[0].delta');
    state.called ||= said.called;
    state.refused ||= said.refused;
    const reason = choice.optionalString('finish_reason');
    if (reason !== undefined && reason !== '') finish = finishOf(reason, finishReasons, state);
    return said.content;
  }

  function scanChunk(payload: JsonObject): Scanned {
    const fields = fieldsOf(payload, '');
    const error = fields.optionalObject('error');
    if (error !== undefined)
      return endOf({ type: 'error', failure: failureInStream(readOpenAiError({ error })) });
    // The first chunk is a receipt; those after it come of a model at work, though all of them be empty.
    const alive = state.started;
    if (!state.started) fields.optionalString('model');
    state.started = true;
    const content = scanChoice(fields.array('choices')[0]);
    if (finish?.type === 'error') return { ...endOf(finish), content, payload };
    return { content, alive, usage: usageOf(fields), payload };
  }

  return {
    scan({ data }) {
      if (state.over) return saysNothing;
      if (data === '[DONE]') return endOf(finish);
      return scanChunk(objectOf(parseJson(data, 'A chunk of the stream'), ''));
    },
    end: () => endOf(finish),
  };
}

interface Said {
  readonly content: boolean;
  readonly called: boolean;
  readonly refused: boolean;
}

function scanDelta(delta: JsonObject, path: string): Said {
  const fields = fieldsOf(delta, path);
  const reasoning = reasoningOf(fields) ?? '';
  const text = fields.optionalString('content') ?? '';
  const refused = (fields.optionalString('refusal') ?? '') !== '';
  const calls = callsOf(fields);
  calls.forEach(readToolCall); // It throws where one is malformed.
  const called = calls.length > 0;
  return { content: called || refused || text !== '' || reasoning !== '', called, refused };
}

function usageOf(answer: Fields): Usage | undefined {
  const usage = answer.optionalObject('usage');
  return usage === undefined ? undefined : readOpenAiUsage(usage, names);
}

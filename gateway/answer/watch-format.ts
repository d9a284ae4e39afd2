import type { FinishReason, ModelEvent } from '../../protocols/event.ts';
import type { AnswerOutput } from './output.ts';
import type { PromisedFormat } from './promised-format.ts';
import { createBroughtReader, type AskedForm } from './read-brought.ts';

/** Longer answers are not read a second time: it would hold up those of others. Then the format is not judged. */
const mostCharacters = 1024 * 1024;

export interface WatchedFormat extends AskedForm {
  readonly promised: PromisedFormat;
}

/** Looks at an answer on its way to `output`, changes nothing of it, and tells once, before its end, where it is not as promised. */
export function watchFormat(
  output: AnswerOutput,
  { promised, ...asked }: WatchedFormat,
  onInvalid: () => void,
): AnswerOutput {
  const seen = createSeenAnswer(promised);
  const read = createBroughtReader(asked);
  return {
    ...output,
    take(pieces) {
      for (const { brings } of pieces) for (const event of read(brings)) seen.add(event);
      return output.take(pieces);
    },
    end(end) {
      if (end.type === 'finish' && !seen.isAsPromised(end.reason)) onInvalid();
      output.end(end);
    },
  };
}

interface SeenAnswer {
  add(event: ModelEvent): void;
  isAsPromised(reason: FinishReason): boolean;
}

function createSeenAnswer({ json, tools }: PromisedFormat): SeenAnswer {
  let text = '';
  const calls = new Map<number, string>();
  let characters = 0;
  return {
    add(event) {
      if (characters > mostCharacters) return;
      if (event.type === 'text') {
        characters += event.delta.length;
        text += event.delta;
      } else if (event.type === 'tool_call') {
        characters += event.argumentsDelta.length;
        calls.set(event.index, (calls.get(event.index) ?? '') + event.argumentsDelta);
      }
    },
    isAsPromised(reason) {
      if (characters > mostCharacters || reason === 'refusal' || reason === 'content_filter') return true;
      if (tools && ![...calls.values()].every(areArguments)) return false;
      // Who calls a tool answers later.
      return json === undefined || (text.trim() === '' && calls.size > 0) || isJson(text, json.isBySchema);
    },
  };
}

/** A call of a tool that takes nothing may say nothing. */
function areArguments(text: string): boolean {
  return text === '' || isJson(text, undefined);
}

function isJson(text: string, isBySchema: ((value: unknown) => boolean) | undefined): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isBySchema === undefined || isBySchema(value);
  } catch {
    return false;
  }
}

import type { FinishReason, ModelEvent } from '../../protocols/event.ts';
import type { StreamReader } from '../../protocols/outbound.ts';
import { outboundCodec } from '../../protocols/registry.ts';
import type { Protocol } from '../../protocols/request.ts';
import type { AnswerOutput } from './output.ts';
import type { Piece } from './piece.ts';
import type { PromisedFormat } from './promised-format.ts';

/** Longer answers are not read a second time: it would hold up those of others. Then the format is not judged. */
const mostCharacters = 1024 * 1024;

export interface WatchedFormat {
  readonly promised: PromisedFormat;
  /** Of the caller, and so of what is handed on as it came. */
  readonly protocol: Protocol;
}

/** Looks at an answer on its way to `output`, changes nothing of it, and tells once, before its end, where it is not as promised. */
export function watchFormat(
  output: AnswerOutput,
  { promised, protocol }: WatchedFormat,
  onInvalid: () => void,
): AnswerOutput {
  const seen = createSeenAnswer(promised);
  const read = relayedReader(protocol);
  return {
    ...output,
    take(pieces) {
      for (const piece of pieces) for (const event of read(piece)) seen.add(event);
      return output.take(pieces);
    },
    end(end) {
      if (end.type === 'finish' && !seen.isAsPromised(end.reason)) onInvalid();
      output.end(end);
    },
  };
}

/** What a piece brings as events, whether or not it is handed on as it came. */
function relayedReader(protocol: Protocol): (piece: Piece) => readonly ModelEvent[] {
  const codec = outboundCodec(protocol);
  let stream: StreamReader | undefined;
  return ({ scan, brings }) => {
    if (brings.kind === 'events') return brings.events;
    if (brings.kind === 'nothing') return [];
    // A whole answer is one piece, which ends it; a stream's last piece has no content.
    if (stream === undefined && scan.end !== undefined) return codec.readWhole(brings.payload);
    stream ??= codec.createStreamReader();
    return stream.read(brings.payload);
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

import type { Usage } from '../domain/usage.ts';
import type { FinishReason, ModelEvent, ToolCallEvent } from './event.ts';
import type { ProviderFailure } from './failures/failure.ts';
import type { ToolCall } from './request.ts';

export type AnswerBlock =
  | { readonly kind: 'text' | 'reasoning' | 'refusal'; readonly text: string }
  | ({ readonly kind: 'tool_call' } & ToolCall);

/** A whole answer, its pieces in the order in which they began. */
export interface CollectedAnswer {
  readonly model: string | undefined;
  readonly blocks: readonly AnswerBlock[];
  readonly usage: Usage | undefined;
  readonly finishReason: FinishReason | undefined;
  readonly failure: ProviderFailure | undefined;
}

export interface AnswerCollector {
  add(event: ModelEvent): void;
  answer(): CollectedAnswer;
}

interface OpenCall {
  id: string;
  name: string;
  arguments: string;
}

type OpenBlock =
  | { readonly kind: 'text' | 'reasoning' | 'refusal'; text: string }
  | { readonly kind: 'tool_call'; readonly call: OpenCall };

/** Puts an answer together from its events. */
export function createAnswerCollector(): AnswerCollector {
  const blocks: OpenBlock[] = [];
  const calls = new Map<number, OpenCall>();
  let rest: Omit<CollectedAnswer, 'blocks'> = {
    model: undefined,
    usage: undefined,
    finishReason: undefined,
    failure: undefined,
  };

  function addText(kind: 'text' | 'reasoning' | 'refusal', delta: string): void {
    const last = blocks.at(-1);
    if (last?.kind === kind) last.text += delta;
    else if (delta !== '') blocks.push({ kind, text: delta });
  }

  function addToolCall(event: ToolCallEvent): void {
    let call = calls.get(event.index);
    if (call === undefined) {
      call = { id: '', name: '', arguments: '' };
      calls.set(event.index, call);
      blocks.push({ kind: 'tool_call', call });
    }
    call.id = event.id ?? call.id;
    call.name = event.name ?? call.name;
    call.arguments += event.argumentsDelta;
  }

  function add(event: ModelEvent): void {
    switch (event.type) {
      case 'start':
        rest = { ...rest, model: event.model };
        return;
      case 'text':
      case 'reasoning':
      case 'refusal':
        addText(event.type, event.delta);
        return;
      case 'tool_call':
        addToolCall(event);
        return;
      case 'usage':
        rest = { ...rest, usage: event.usage };
        return;
      case 'finish':
        rest = { ...rest, finishReason: event.reason };
        return;
      case 'error':
        rest = { ...rest, failure: event.failure };
    }
  }

  return {
    add,
    answer: () => ({
      ...rest,
      blocks: blocks.map((block) =>
        block.kind === 'tool_call' ? { kind: block.kind, ...block.call } : { ...block },
      ),
    }),
  };
}

/** The answer's text of one kind, in one piece. */
export function textOf(answer: CollectedAnswer, kind: 'text' | 'reasoning' | 'refusal'): string {
  return answer.blocks.map((block) => (block.kind === kind ? block.text : '')).join('');
}

export function toolCallsOf(answer: CollectedAnswer): ToolCall[] {
  return answer.blocks.flatMap((block) =>
    block.kind === 'tool_call' ? [{ id: block.id, name: block.name, arguments: block.arguments }] : [],
  );
}

/** An answer as one text: its words, else its refusal, else its tool calls as chat completions write them. */
export function outputTextOf(answer: CollectedAnswer): string {
  const said = textOf(answer, 'text') || textOf(answer, 'refusal');
  const calls = toolCallsOf(answer).map(({ id, name, arguments: input }) => ({
    id,
    type: 'function',
    function: { name, arguments: input },
  }));
  return said === '' && calls.length > 0 ? JSON.stringify(calls) : said;
}

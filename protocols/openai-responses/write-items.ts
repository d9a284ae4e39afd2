import type { JsonObject } from '../../domain/json.ts';
import type { ModelEvent, ToolCallEvent } from '../event.ts';
import type { AnswerBlock } from '../collect-answer.ts';
import { itemId, writeItem, writePart } from './write-response.ts';

type ContentEvent = Extract<ModelEvent, { readonly type: 'text' | 'reasoning' | 'refusal' | 'tool_call' }>;
type TextKind = 'text' | 'reasoning' | 'refusal';
type WriteFrame = (type: string, fields: JsonObject) => string;

interface OpenItem {
  readonly id: string;
  readonly outputIndex: number;
  block: AnswerBlock;
}

export interface ItemWriter {
  write(event: ContentEvent): string[];
  /** Ends the items that are open. */
  close(): string[];
  /** The items so far, finished. */
  output(): JsonObject[];
}

/** Writes content as the output items of a streamed response. Texts follow each other; tool calls may take turns. */
export function createItemWriter(responseId: string, frame: WriteFrame): ItemWriter {
  const items: OpenItem[] = [];
  /** By its kind the one text, by their numbers the calls: never both. */
  const open = new Map<TextKind | number, OpenItem>();

  function begin(key: TextKind | number, block: AnswerBlock): OpenItem {
    const outputIndex = items.length;
    const item = { id: itemId(block.kind, responseId, outputIndex), outputIndex, block };
    items.push(item);
    open.set(key, item);
    return item;
  }

  function close(): string[] {
    const frames = [...open.values()].flatMap((item) => endFrames(item, frame));
    open.clear();
    return frames;
  }

  function writeText(kind: TextKind, delta: string): string[] {
    const current = open.get(kind);
    if (current !== undefined) return extend(current, delta);
    const frames = close();
    const item = begin(kind, { kind, text: '' });
    return [...frames, ...startFrames(item, frame), ...extend(item, delta)];
  }

  function writeCall(event: ToolCallEvent): string[] {
    const current = open.get(event.index);
    if (current !== undefined) return extend(current, event.argumentsDelta);
    const [first] = open.keys();
    const frames = typeof first === 'string' ? close() : [];
    const block = { kind: 'tool_call', id: event.id ?? '', name: event.name ?? '', arguments: '' } as const;
    const item = begin(event.index, block);
    return [...frames, ...startFrames(item, frame), ...extend(item, event.argumentsDelta)];
  }

  function extend(item: OpenItem, delta: string): string[] {
    if (delta === '') return [];
    const { block } = item;
    item.block =
      block.kind === 'tool_call'
        ? { ...block, arguments: block.arguments + delta }
        : { ...block, text: block.text + delta };
    return [deltaFrame(item, delta, frame)];
  }

  return {
    write: (event) => (event.type === 'tool_call' ? writeCall(event) : writeText(event.type, event.delta)),
    close,
    output: () => items.map(({ block, id }) => writeItem(block, id)),
  };
}

function place(item: OpenItem): JsonObject {
  return { item_id: item.id, output_index: item.outputIndex };
}

function startFrames(item: OpenItem, frame: WriteFrame): string[] {
  const { block, outputIndex } = item;
  const whole = writeItem(block, item.id);
  const unfinished =
    block.kind === 'reasoning'
      ? { ...whole, summary: [] }
      : { ...whole, status: 'in_progress', ...emptyContent(block) };
  const added = frame('response.output_item.added', { output_index: outputIndex, item: unfinished });
  switch (block.kind) {
    case 'tool_call':
      return [added];
    case 'reasoning': {
      const part = writePart(block.kind, '');
      return [
        added,
        frame('response.reasoning_summary_part.added', { ...place(item), summary_index: 0, part }),
      ];
    }
    case 'text':
    case 'refusal': {
      const part = writePart(block.kind, '');
      return [added, frame('response.content_part.added', { ...place(item), content_index: 0, part })];
    }
  }
}

function emptyContent(block: AnswerBlock): JsonObject {
  return block.kind === 'tool_call' ? {} : { content: [] };
}

function deltaFrame(item: OpenItem, delta: string, frame: WriteFrame): string {
  switch (item.block.kind) {
    case 'text':
      return frame('response.output_text.delta', { ...place(item), content_index: 0, delta, logprobs: [] });
    case 'refusal':
      return frame('response.refusal.delta', { ...place(item), content_index: 0, delta });
    case 'reasoning':
      return frame('response.reasoning_summary_text.delta', { ...place(item), summary_index: 0, delta });
    case 'tool_call':
      return frame('response.function_call_arguments.delta', { ...place(item), delta });
  }
}

function endFrames(item: OpenItem, frame: WriteFrame): string[] {
  const { block } = item;
  const done = frameOfDone(item, frame);
  const whole = writeItem(block, item.id);
  return [...done, frame('response.output_item.done', { output_index: item.outputIndex, item: whole })];
}

function frameOfDone(item: OpenItem, frame: WriteFrame): string[] {
  const { block } = item;
  if (block.kind === 'tool_call') {
    const { name, arguments: input } = block;
    return [frame('response.function_call_arguments.done', { ...place(item), name, arguments: input })];
  }
  const { kind, text } = block;
  const part = writePart(kind, text);
  if (kind === 'reasoning') {
    const where = { ...place(item), summary_index: 0 };
    return [
      frame('response.reasoning_summary_text.done', { ...where, text }),
      frame('response.reasoning_summary_part.done', { ...where, part }),
    ];
  }
  const where = { ...place(item), content_index: 0 };
  const done =
    kind === 'text'
      ? frame('response.output_text.done', { ...where, text, logprobs: [] })
      : frame('response.refusal.done', { ...where, refusal: text });
  return [done, frame('response.content_part.done', { ...where, part })];
}

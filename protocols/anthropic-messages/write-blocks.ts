import type { JsonObject } from '../../domain/json.ts';
import type { ToolCallEvent } from '../event.ts';
import { sseFrame } from '../sse.ts';

/** What kind of block a delta belongs to: deltas of one key follow each other in one block. */
type BlockKey = 'text' | 'thinking' | `tool ${number}`;

/** The blocks of a streamed message, as frames. One is open at a time, and they follow each other. */
export interface BlockWriter {
  /** A piece of text or thinking; it begins a block where none of its kind is open. */
  delta(key: 'text' | 'thinking', block: JsonObject, delta: JsonObject): string[];
  call(event: ToolCallEvent): string[];
  /** Writes the calls that had to wait, and closes. */
  close(): string[];
}

/** An event of Anthropic's streams, which says its type twice. */
export function eventFrame(type: string, fields: JsonObject): string {
  return sseFrame(JSON.stringify({ type, ...fields }), type);
}

/** Of a message that begins. */
export function createBlockWriter(): BlockWriter {
  let index = -1;
  let open: BlockKey | undefined;
  // Some servers send several calls in turns, but blocks follow each other: only one call is written as it comes.
  const waiting = new Map<number, ToolCallEvent>();

  function closeBlock(): string[] {
    if (open === undefined) return [];
    open = undefined;
    return [eventFrame('content_block_stop', { index })];
  }

  function close(): string[] {
    const calls = [...waiting.values()];
    waiting.clear();
    return [...calls.flatMap((call) => [...closeBlock(), ...callBlock(call)]), ...closeBlock()];
  }

  function callBlock(event: ToolCallEvent): string[] {
    const block = { type: 'tool_use', id: event.id ?? '', name: event.name ?? '', input: {} };
    const delta = { type: 'input_json_delta', partial_json: event.argumentsDelta };
    return inBlock(`tool ${event.index}`, block, event.argumentsDelta === '' ? undefined : delta);
  }

  function inBlock(key: BlockKey, block: JsonObject, delta: JsonObject | undefined): string[] {
    const frames: string[] = [];
    if (open !== key) {
      if (!key.startsWith('tool')) frames.push(...close());
      frames.push(...closeBlock());
      open = key;
      index += 1;
      frames.push(eventFrame('content_block_start', { index, content_block: block }));
    }
    if (delta !== undefined) frames.push(eventFrame('content_block_delta', { index, delta }));
    return frames;
  }

  return {
    delta: inBlock,
    close,
    call(event) {
      if (open?.startsWith('tool') !== true || open === `tool ${event.index}`) return callBlock(event);
      const known = waiting.get(event.index);
      const argumentsDelta = (known?.argumentsDelta ?? '') + event.argumentsDelta;
      waiting.set(event.index, { ...event, ...known, argumentsDelta });
      return [];
    },
  };
}

import type { JsonObject } from '../domain/json.ts';
import type { ModelEvent } from './event.ts';
import type { OutboundCodec, StreamReader } from './outbound.ts';
import type { Scanned } from './scan.ts';

/** What was scanned, as events: of what it brings, of usage, and of the end, in this order. */
export function eventsOf({ payload, usage, end }: Scanned, reader: StreamReader): ModelEvent[] {
  const events = payload === undefined ? [] : reader.read(payload);
  if (usage !== undefined) events.push({ type: 'usage', usage });
  if (end !== undefined) events.push(end);
  return events;
}

/** All events of an answer that came whole. Throws `invalid_request` where it is malformed. */
export function readAnswer(codec: OutboundCodec, body: JsonObject): ModelEvent[] {
  const scan = codec.scanWhole(body);
  // What ended in no way that a model ends is no answer.
  return scan.end?.type === 'error'
    ? [scan.end]
    : eventsOf({ ...scan, payload: body }, { read: (whole) => codec.readWhole(whole) });
}

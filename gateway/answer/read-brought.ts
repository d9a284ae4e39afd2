import type { ModelEvent } from '../../protocols/event.ts';
import { outboundCodec } from '../../protocols/registry.ts';
import type { Protocol } from '../../protocols/request.ts';
import type { Brought } from './piece.ts';

/** How a caller asked: what is handed on as it came is so in its protocol, and streamed as it is asked for. */
export interface AskedForm {
  readonly protocol: Protocol;
  readonly stream: boolean;
}

/** Reads one answer's pieces: what each brings as events, whether or not it is handed on as it came. */
export function createBroughtReader({
  protocol,
  stream,
}: AskedForm): (brings: Brought) => readonly ModelEvent[] {
  const codec = outboundCodec(protocol);
  const reader = stream ? codec.createStreamReader() : undefined;
  return (brings) => {
    if (brings.kind === 'nothing') return [];
    if (brings.kind === 'events') return brings.events;
    return reader === undefined ? codec.readWhole(brings.payload) : reader.read(brings.payload);
  };
}

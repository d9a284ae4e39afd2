import type { ModelEvent } from '../event.ts';
import type { OutboundCodec } from '../outbound.ts';
import { eventsOf } from '../read-events.ts';
import type { SseMessage } from '../sse.ts';

/** A stream's messages as events, for who needs all of them. */
export interface EventReader {
  /** Throws `invalid_request` where the message is malformed. */
  read(message: SseMessage): ModelEvent[];
  /** The stream is over: its last events. Without a `finish` or `error` among all of them it was broken. */
  end(): ModelEvent[];
}

export function createEventReader(codec: OutboundCodec): EventReader {
  const scanner = codec.createStreamScanner();
  const reader = codec.createStreamReader();
  return {
    read: (message) => eventsOf(scanner.scan(message), reader),
    end: () => eventsOf(scanner.end(), reader),
  };
}

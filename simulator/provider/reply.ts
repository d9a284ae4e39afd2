import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatedFault } from './faults.ts';
import type { Generated } from './models/generate.ts';
import type { AnswerContext, SimulatedProtocol, StreamEvent } from './protocols/protocol.ts';

export interface Reply {
  readonly protocol: SimulatedProtocol;
  readonly generated: Generated;
  readonly context: AnswerContext;
  readonly durationMs: number;
  /** A fault that strikes while the answer is written. */
  readonly fault?: SimulatedFault;
  /** Ends the waiting when the caller leaves. */
  readonly signal: AbortSignal;
}

/** The part of a streamed answer's time that passes before its first words. */
const FIRST_TOKEN_SHARE = 0.5;

/** Writes the whole answer as one JSON body, after the time that the model takes. */
export async function replyWhole(response: ServerResponse, reply: Reply): Promise<void> {
  await delay(reply.durationMs, undefined, { signal: reply.signal });
  const body = JSON.stringify(reply.protocol.answer(reply.generated, reply.context));
  const half = body.slice(0, Math.ceil(body.length / 2));
  response.setHeader('content-type', 'application/json');
  if (reply.fault?.kind === 'broken_stream') {
    response.writeHead(200, { 'content-length': Buffer.byteLength(body) });
    response.write(half, () => response.destroy());
    return;
  }
  response.writeHead(200).end(reply.fault?.kind === 'malformed_body' ? half : body);
}

/** Writes the answer as server-sent events: first words after half the time, the deltas spread over the rest. */
export async function replyStreaming(response: ServerResponse, reply: Reply): Promise<void> {
  const { durationMs, signal } = reply;
  const events = reply.protocol.events(reply.generated, reply.context);
  const deltas = events.filter(({ isDelta }) => isDelta).length;
  const gapMs = (durationMs * (1 - FIRST_TOKEN_SHARE)) / Math.max(1, deltas);
  await delay(durationMs * FIRST_TOKEN_SHARE, undefined, { signal });
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  const isCut = reply.fault?.kind === 'broken_stream' || reply.fault?.kind === 'malformed_body';
  const stopAt = isCut ? middleOf(events) : Infinity;
  for (const [at, event] of events.entries()) {
    if (at === stopAt) {
      breakOff(response, event, reply.fault?.kind === 'malformed_body');
      return;
    }
    if (event.isDelta) await delay(gapMs, undefined, { signal });
    response.write(frame(event.event, event.data));
  }
  response.end();
}

/** In the middle of the deltas, so that a broken stream has said something; the last event where there are none. */
function middleOf(events: readonly StreamEvent[]): number {
  const deltas = events.flatMap(({ isDelta }, at) => (isDelta ? [at] : []));
  return deltas[Math.floor(deltas.length / 2)] ?? events.length - 1;
}

function breakOff(response: ServerResponse, { event, data }: StreamEvent, malformed: boolean): void {
  if (malformed) response.end(frame(event, data.slice(0, Math.ceil(data.length / 2))));
  // Only what has left the process can be cut short: an empty write returns after the earlier ones.
  else response.write(': \n\n', () => response.destroy());
}

const frame = (event: string | undefined, data: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`;

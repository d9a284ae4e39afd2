import type { StreamWriter } from '../../protocols/inbound.ts';
import type { Form } from './answer.ts';
import type { Piece } from './piece.ts';
import { endWithin, writeFailure, type Out } from './write-out.ts';

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no', // else nginx collects the stream
};

/** An answer that is written as it comes: its head with the first piece, or after `keepAliveMs` without one. */
export function streamForm(out: Out): Form {
  const { response, codec, args, identity } = out;
  // One writer to the stream's end: its events are numbered, and the error that ends it is one of them.
  const writer = codec.createStreamWriter(identity);
  let isRelayed = false;
  const silence = args.clock.timer(args.keepAliveMs, () => {
    openHead(out);
    response.write(codec.keepAlive);
    silence.start();
  });
  silence.start();
  return {
    take(pieces) {
      isRelayed ||= pieces.some(({ brings }) => brings.kind === 'relayed');
      const text = pieces.map((piece) => textOf(piece, writer)).join('');
      const isFirst = openHead(out);
      if (text !== '') {
        silence.start();
        return response.write(text);
      }
      if (isFirst) response.flushHeaders();
      return true;
    },
    whenDrained(go) {
      endWithin(out);
      response.once('drain', () => {
        response.setTimeout(0);
        go();
      });
    },
    finish(reason) {
      openHead(out);
      response.end(isRelayed ? writer.endOfRelayed : writer.write({ type: 'finish', reason }).join(''));
      endWithin(out);
      return undefined;
    },
    fail(failed) {
      if (!response.headersSent) writeFailure(out, failed);
      else response.end(writer.write({ type: 'error', failure: failed }).join(''));
      endWithin(out);
    },
    stop() {
      silence.stop();
    },
  };
}

/** What a piece is to the caller. */
function textOf({ brings, scan: { usage } }: Piece, writer: StreamWriter): string {
  if (brings.kind === 'nothing') return '';
  if (brings.kind === 'relayed') return writer.relay(brings);
  const frames = brings.events.flatMap((event) => writer.write(event));
  if (usage !== undefined) frames.push(...writer.write({ type: 'usage', usage }));
  return frames.join('');
}

/** Was it closed until now? */
function openHead({ response, args }: Out): boolean {
  if (response.headersSent) return false;
  response.writeHead(200, { ...args.headers(), ...streamHeaders });
  return true;
}

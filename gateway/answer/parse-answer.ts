import type { JsonObject } from '../../domain/json.ts';
import { failureInStream } from '../../protocols/failures/failure.ts';
import { objectOf, parseJson } from '../../protocols/fields.ts';
import type { OutboundCodec } from '../../protocols/outbound.ts';
import type { Scan, Scanned } from '../../protocols/scan.ts';
import { saysNothing } from '../../protocols/scan.ts';
import { createSseParser, type SseMessage } from '../../protocols/sse.ts';
import type { Brought, Piece } from './piece.ts';

/** Bytes of an answer as its pieces. What it throws (`invalid_request`, a RangeError) means that the answer is malformed. */
export interface AnswerParser {
  /** The pieces that these bytes complete. */
  push(bytes: Uint8Array): Piece[];
  /** Those that the end of the bytes completes. */
  end(): Piece[];
}

export interface ParsedAnswer {
  readonly codec: OutboundCodec;
  readonly isStream: boolean;
  /** Its pieces are handed on as they came. Others are turned into events. */
  readonly isRelayed: boolean;
}

export function createAnswerParser(answer: ParsedAnswer): AnswerParser {
  return answer.isStream ? streamParser(answer) : wholeParser(answer);
}

function streamParser({ codec, isRelayed }: ParsedAnswer): AnswerParser {
  const parser = createSseParser();
  const scanner = codec.createStreamScanner();
  const reader = isRelayed ? undefined : codec.createStreamReader();
  const bringing = ({ payload }: Scanned, text: string): Brought => {
    if (payload === undefined) return nothing;
    if (reader === undefined) return { kind: 'relayed', text, payload };
    return { kind: 'events', events: reader.read(payload) };
  };
  const pieceOf = (message: SseMessage): Piece => {
    const scan = scanner.scan(message);
    return { scan, brings: bringing(scan, message.data) };
  };
  return {
    push: (bytes) => parser.push(bytes).map(pieceOf),
    end: () => [...parser.end().map(pieceOf), mark(scanner.end())],
  };
}

function wholeParser({ codec, isRelayed }: ParsedAnswer): AnswerParser {
  const chunks: Uint8Array[] = [];
  return {
    push(bytes) {
      chunks.push(bytes);
      return [];
    },
    end() {
      const text = Buffer.concat(chunks).toString('utf8');
      const payload = objectOf(parseJson(text, 'The body'), '');
      // Some servers send their errors with status 200.
      const error = codec.readError(payload);
      if (error !== undefined)
        return [mark({ ...saysNothing, end: { type: 'error', failure: failureInStream(error) } })];
      const scan = codec.scanWhole(payload);
      if (scan.end?.type === 'error') return [mark(scan)];
      return [{ scan, brings: isRelayed ? { kind: 'relayed', text, payload } : events(codec, payload) }];
    },
  };
}

const nothing: Brought = { kind: 'nothing' };

function mark(scan: Scan): Piece {
  return { scan, brings: nothing };
}

function events(codec: OutboundCodec, payload: JsonObject): Brought {
  return { kind: 'events', events: codec.readWhole(payload) };
}

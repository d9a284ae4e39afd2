import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../clock.ts';
import { isJsonArray, isJsonObject, parseJson } from '../../protocols/fields.ts';
import { failureOfStatus, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { VendorError } from '../../protocols/failures/vendor-error.ts';
import type { OutboundCodec } from '../../protocols/outbound.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { retryAfterMsOf } from '../providers/retry-after.ts';
import type { AnswerReader, Piece } from './piece.ts';

const nothing: readonly Piece[] = [];

/** What a provider says of its refusal is waited for so long, and read so far: its status says most. */
const limits = { ms: 5_000, bytes: 1024 * 1024 };

export interface RefusedCall {
  readonly clock: Clock;
  readonly codec: OutboundCodec;
  readonly target: ResolvedTarget;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Reads what a provider says of its refusal, and tells what that is: once it is read, or is too long, or late. */
export function readRefusal(call: RefusedCall, onRead: (failed: ProviderFailure) => void): AnswerReader {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const told = (text: string): void => {
    stop();
    onRead(failureOf(call, text));
  };
  const stop = call.clock.schedule(limits.ms, () => {
    told('');
  });
  return {
    push(bytes) {
      chunks.push(bytes);
      size += bytes.length;
      if (size > limits.bytes) told('');
      return nothing;
    },
    end() {
      told(Buffer.concat(chunks).toString('utf8'));
      return nothing;
    },
    stop,
  };
}

function failureOf({ clock, codec, target, status, headers }: RefusedCall, text: string): ProviderFailure {
  return failureOfStatus(status, vendorErrorOf(text, codec), {
    retryAfterMs: retryAfterMsOf(headers, clock.epochMs()),
    revisionParameters: Object.keys(target.parameters),
  });
}

/** The vendor's error, where the body is one: a proxy on the way may answer with a page. */
function vendorErrorOf(text: string, codec: OutboundCodec): VendorError | undefined {
  try {
    const parsed = parseJson(text, 'The body');
    const body = isJsonArray(parsed) ? parsed[0] : parsed; // as Gemini's OpenAI endpoint has it
    return isJsonObject(body) ? codec.readError(body) : undefined;
  } catch {
    return undefined; // the status says it all
  }
}

import type { IncomingHttpHeaders } from 'node:http';
import type { ProviderFailure } from '../../protocols/failures/failure.ts';
import type { Protocol } from '../../protocols/request.ts';
import type { Clock } from '../clock.ts';
import type { ProviderCall } from '../providers/provider-request.ts';
import { createAnswerParser } from './parse-answer.ts';
import type { AnswerReader } from './piece.ts';
import { readRefusal } from './refusal.ts';

export interface ReadCall extends ProviderCall {
  readonly clock: Clock;
  /** The protocol that an answer may be handed on in as it came; without one it is turned into events. */
  readonly relayTo: Protocol | undefined;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Asked for as a stream. */
  readonly streams: boolean;
}

/** What reads the answer that begins with this head. `onRefusal` is told what a provider says of its refusal. */
export function answerReader(
  { clock, codec, target, relayTo }: ReadCall,
  { status, headers, streams }: AnswerHead,
  onRefusal: (failed: ProviderFailure) => void,
): AnswerReader {
  if (status < 200 || status > 299) return readRefusal({ clock, codec, target, status, headers }, onRefusal);
  const isStream = (headers['content-type'] ?? '').includes('text/event-stream');
  // A server that streams unasked, or does not when asked: what it sends fits no caller as it is.
  const isRelayed = isStream === streams && codec.protocol === relayTo;
  return { ...createAnswerParser({ codec, isStream, isRelayed }), stop: () => undefined };
}

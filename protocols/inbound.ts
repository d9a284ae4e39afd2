import type { JsonObject } from '../domain/json.ts';
import type { CollectedAnswer } from './collect-answer.ts';
import type { ModelEvent } from './event.ts';
import type { ProviderFailure } from './failures/failure.ts';
import type { Inbound, ModelRequest, Protocol } from './request.ts';

/** What an answer says of itself. */
export interface AnswerIdentity {
  /** Sluice's id, with the protocol's prefix. */
  readonly id: string;
  readonly createdS: number;
  readonly request: ModelRequest;
}

/** Turns events into the frames of a stream. */
export interface StreamWriter {
  write(event: ModelEvent): string[];
}

/** A protocol as gateways speak it to their callers. */
export interface InboundCodec {
  readonly protocol: Protocol;
  readonly gatewayPath: string;
  readonly idPrefix: string;
  /** What keeps a silent stream open. */
  readonly keepAlive: string;
  /** Throws `invalid_request`. */
  parseRequest(body: JsonObject): Inbound;
  writeWhole(answer: CollectedAnswer, identity: AnswerIdentity): JsonObject;
  createStreamWriter(identity: AnswerIdentity): StreamWriter;
  writeError(failure: ProviderFailure): JsonObject;
  /** For the gateway's OpenAPI document: what is asked for, and the body as far as a gateway looks into it. */
  readonly summary: string;
  readonly bodySchema: JsonObject;
}

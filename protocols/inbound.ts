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

/** Writes a stream to its end: events, or the messages of a provider that speaks its protocol. */
export interface StreamWriter {
  /** The frames of an event. The failure that breaks a relayed stream off is one as well. */
  write(event: ModelEvent): string[];
  /** A provider's message: what it carries is handed on as it came, but under Sluice's own id. */
  relay(message: RelayedText): string;
  /** What stands at the end of a relayed stream and carries nothing. */
  readonly endOfRelayed: string;
}

/** JSON as its provider wrote it, and as it was read. */
export interface RelayedText {
  readonly text: string;
  readonly payload: JsonObject;
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
  /** A provider's answer of this protocol, which came whole: as it came, but under Sluice's own id. */
  relayWhole(answer: RelayedText, identity: AnswerIdentity): string;
  createStreamWriter(identity: AnswerIdentity): StreamWriter;
  writeError(failure: ProviderFailure): JsonObject;
  /** For the gateway's OpenAPI document: what is asked for, and the body as far as a gateway looks into it. */
  readonly summary: string;
  readonly bodySchema: JsonObject;
}

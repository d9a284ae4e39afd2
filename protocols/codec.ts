import type { JsonObject } from '../domain/json.ts';
import type { ModelEvent } from './event.ts';
import type { ProviderFailure } from './failure.ts';
import type { VendorError } from './vendor-error.ts';
import type { Fit } from './fit.ts';
import type { Inbound, ModelRequest, Protocol } from './request.ts';
import type { CollectedAnswer } from './collect-answer.ts';
import type { SseMessage } from './sse.ts';

/** Turns a provider's stream into events. What it throws (`invalid_request`) means that the stream is malformed. */
export interface StreamReader {
  read(message: SseMessage): ModelEvent[];
  /** The stream is over: its last events. Without a `finish` or `error` among all of them it was broken. */
  end(): ModelEvent[];
}

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

/** All that Sluice knows of one protocol. */
export interface Codec {
  readonly protocol: Protocol;
  /** Below the base URL of a binding. */
  readonly path: string;
  /** Of the gateway, which speaks the protocol to its callers. */
  readonly gatewayPath: string;
  readonly idPrefix: string;
  /** What keeps a silent stream open. */
  readonly keepAlive: string;
  /** Throws `invalid_request`. */
  parseRequest(body: JsonObject): Inbound;
  /** Throws `invalid_request` for what this protocol cannot say. */
  writeRequest(request: ModelRequest, model: string, fit?: Fit): JsonObject;
  /** The body, revision's parameters and all, with what its fields want of one another; `asked` is as the caller has it. */
  readonly settle?: (body: JsonObject, asked: ModelRequest) => JsonObject;
  /** Of a protocol whose requests must name a limit: the model's own. */
  readonly ownMaxTokens?: (model: string) => number;
  readonly requestHeaders: Readonly<Record<string, string>>;
  authHeaders(apiKey: string): Record<string, string>;
  /** The events of an answer that came whole. Throws `invalid_request` where it is malformed. */
  readWhole(body: JsonObject): ModelEvent[];
  createStreamReader(): StreamReader;
  writeWhole(answer: CollectedAnswer, identity: AnswerIdentity): JsonObject;
  createStreamWriter(identity: AnswerIdentity): StreamWriter;
  /** Undefined where the body is not this vendor's error form. */
  readError(body: JsonObject): VendorError | undefined;
  writeError(failure: ProviderFailure): JsonObject;
}

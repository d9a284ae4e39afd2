import type { JsonObject } from '../domain/json.ts';
import type { ModelEvent } from './event.ts';
import type { Fit } from './translation/fit.ts';
import type { ModelRequest, Protocol } from './request.ts';
import type { Scan, StreamScanner } from './scan.ts';
import type { VendorError } from './failures/vendor-error.ts';

/**
 * Turns what messages of a provider's stream bring into events: its start and its content; the rest is what a scanner
 * finds. What it throws (`invalid_request`) means that the stream is malformed.
 */
export interface StreamReader {
  read(payload: JsonObject): ModelEvent[];
}

/** What is asked of an endpoint: some vendors have the model, or whether to stream, in the address. */
export interface EndpointQuestion {
  readonly model: string;
  readonly stream: boolean;
}

/** A request as it is about to be sent, for vendors whose keys sign it. */
export interface UnsignedRequest {
  readonly origin: string;
  /** With the query. */
  readonly path: string;
  readonly body: string;
}

/** A protocol as providers are asked in it. */
export interface OutboundCodec {
  /** Below the base URL of a binding, with a query where the vendor has one. */
  endpoint(question: EndpointQuestion): string;
  /** Headers of every request. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** Headers of the caller's that this vendor, and no other, is sent. */
  readonly callersHeaders: readonly string[];
  /** The headers that prove who asks. */
  sign(request: UnsignedRequest, apiKey: string): Record<string, string>;
  /** Throws `invalid_request` for what this protocol cannot say. */
  writeRequest(request: ModelRequest, model: string, fit?: Fit): JsonObject;
  /** The body, revision's parameters and all, with what its fields want of one another; `asked` is as the caller has it. */
  readonly settle?: (body: JsonObject, asked: ModelRequest) => JsonObject;
  /** Of a protocol whose requests must name a limit: the model's own. */
  readonly ownMaxTokens?: (model: string) => number;
  /** Callers of this protocol are handed the answer on as it came; `its-own` where no caller speaks it. */
  readonly protocol: Protocol | 'its-own';
  /** What an answer that came whole says, as one piece; it ends. Throws `invalid_request` where it is malformed. */
  scanWhole(body: JsonObject): Scan;
  /** Its start and its content as events. */
  readWhole(body: JsonObject): ModelEvent[];
  createStreamScanner(): StreamScanner;
  createStreamReader(): StreamReader;
  /** Undefined where the body is not this vendor's error form. */
  readError(body: JsonObject): VendorError | undefined;
}

/**
 * The contract between the gateway's two halves. `wire/`, `providers/` and `failover/` speak the vendors' protocols
 * and call providers; `routing/`, `rendering/`, `retrieval/`, `config/` and `telemetry/` decide what is asked of whom.
 */
import type { ServerResponse } from 'node:http';
import type { JsonObject, JsonValue } from '../domain/json.ts';

export type Protocol = 'openai-chat' | 'openai-responses' | 'anthropic-messages';

/** What only one protocol knows: written again by that protocol alone. */
export interface ProtocolFields {
  readonly protocol: Protocol;
  readonly fields: JsonObject;
}

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
  /** In the history: the model declined with these words. */
  readonly refusal?: boolean;
  readonly extra?: ProtocolFields;
}

export type ImageSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string };

export interface ImagePart {
  readonly type: 'image';
  readonly source: ImageSource;
  readonly extra?: ProtocolFields;
}

/** A part (or, for Responses, an item) that has no counterpart elsewhere: thinking blocks, files, audio. */
export interface OtherPart {
  readonly type: 'other';
  readonly protocol: Protocol;
  readonly raw: JsonObject;
}

export type Part = TextPart | ImagePart | OtherPart;

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON as the model wrote it: text, because models write broken JSON too. */
  readonly arguments: string;
  readonly extra?: ProtocolFields;
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: readonly Part[];
  /** Of assistant messages. */
  readonly toolCalls?: readonly ToolCall[];
  /** Of tool messages: the call that this answers. */
  readonly toolCallId?: string;
  /** Of tool messages: the tool failed (Anthropic's `is_error`). */
  readonly toolFailed?: boolean;
  /** A system message that OpenAI's callers wrote as `developer`. */
  readonly developer?: boolean;
  readonly extra?: ProtocolFields;
}

export type Tool =
  | {
      readonly kind: 'function';
      readonly name: string;
      readonly description?: string;
      /** JSON Schema. */
      readonly parameters?: JsonObject;
      readonly strict?: boolean;
      readonly extra?: ProtocolFields;
    }
  /** A tool that the provider runs (web search, ...): only for the protocol that it was written in. */
  | { readonly kind: 'other'; readonly protocol: Protocol; readonly raw: JsonObject };

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'other'; readonly protocol: Protocol; readonly raw: JsonValue };

export type ResponseFormat =
  | { readonly kind: 'text' | 'json_object' }
  | {
      readonly kind: 'json_schema';
      readonly name: string;
      readonly schema: JsonObject;
      readonly description?: string;
      readonly strict?: boolean;
    };

export interface ModelParameters {
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  /** Spelled `max_tokens`, which OpenAI's newer models refuse and some older servers alone know. */
  readonly maxTokensOldSpelling?: boolean;
  readonly stop?: readonly string[];
  readonly responseFormat?: ResponseFormat;
  readonly parallelToolCalls?: boolean;
  /** OpenAI's `reasoning_effort`, Anthropic's `output_config.effort`. */
  readonly effort?: string;
  /** Parameters by the names of `ModelRequest.raw.protocol` that have no canonical name. */
  readonly rest: JsonObject;
}

/** What a caller asks of a model, whichever protocol it came in. */
export interface ModelRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parameters: ModelParameters;
  readonly stream: boolean;
  /** Chat completions' `stream_options.include_usage`; true for the other protocols, which always tell. */
  readonly includeUsage: boolean;
  readonly metadata?: JsonObject;
  /** The caller's id of its user, as the provider gets it. */
  readonly user?: string;
  readonly raw: { readonly protocol: Protocol; readonly body: JsonObject };
}

/** A request as it arrived: what it asks of the model, and what it says to Sluice. */
export interface Inbound {
  /** The name that the caller asked for: `<app>` or `<app>/<prompt>`. */
  readonly model: string;
  readonly request: ModelRequest;
  readonly user?: string;
  /** OpenAI's `store`; `false` means that no sample may be kept. */
  readonly store?: boolean;
  /** The body field `sluice`, as it is: `{variables?, documents?}`. Empty where there is none. */
  readonly sluice: JsonObject;
}

/** Throws `invalid_request` where the body is not what the protocol says, or asks for what Sluice refuses. */
export type ParseInbound = (protocol: Protocol, body: JsonValue) => Inbound;

/** Time as the gateway sees it: tests hold it. */
export interface Clock {
  /** Monotonic, in milliseconds, from an arbitrary origin. */
  nowMs(): number;
  /** Milliseconds since 1970, for dates that others wrote. */
  epochMs(): number;
  /** Calls back once after `delayMs`; returns what cancels that. */
  schedule(delayMs: number, callback: () => void): () => void;
}

export interface TimeoutsMs {
  /** From the start of the attempt until there is a connection. */
  readonly connect: number;
  /** From the start of the attempt until the first content. */
  readonly firstContent: number;
  /** Between two pieces of the answer. */
  readonly idle: number;
}

/** One entry of a revision's chain with its binding applied. */
export interface ResolvedTarget {
  /** The logical provider's name. */
  readonly provider: string;
  readonly kind: 'openai' | 'anthropic';
  /** With the version path for OpenAI, without it for Anthropic. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** The provider's own name of the model. */
  readonly model: string;
  readonly logicalModel: string;
  /**
   * The revision's parameters, by wire names. They win over the request's: take out here what the caller may set
   * and did set. `temperature`, `top_p`, `max_tokens`, `stop`, `response_format` and `parallel_tool_calls` are
   * translated; others go to the provider under the name they have.
   */
  readonly parameters: JsonObject;
  readonly timeoutsMs: TimeoutsMs;
  readonly prices?: {
    readonly inputUsdPerMillionTokens?: number;
    readonly outputUsdPerMillionTokens?: number;
  };
}

export type FailureKind =
  | 'connect' // no connection
  | 'timeout' // connect, first-content, idle or total timer
  | 'status' // the provider answered with an error
  | 'broken' // the answer stopped or was not what the protocol says
  | 'empty' // an answer without any content
  | 'unavailable' // not tried: breaker open, or the provider asked to wait
  | 'refused_here' // this request cannot be put in the target's protocol
  | 'aborted' // the caller went away
  | 'internal';

/** Why a provider gave no answer, in no vendor's words but its message. */
export interface ProviderFailure {
  readonly kind: FailureKind;
  /** The HTTP status for the caller. */
  readonly status: number;
  /** The vendor's error code or type, or Sluice's own. */
  readonly code: string;
  readonly message: string;
  /** The request field that is at fault, where known. */
  readonly param?: string;
  /** May the next target be tried? */
  readonly retryable: boolean;
  /** The request itself is at fault: no arm is charged for it. */
  readonly callerFault: boolean;
  readonly retryAfterMs?: number;
}

export interface Usage {
  /** All input tokens, cached ones included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number;
  readonly cacheWriteTokens?: number;
  /** Part of `outputTokens`. */
  readonly reasoningTokens?: number;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'refusal';

/** An answer as a stream of events; an answer that came whole is the same events. */
export type ModelEvent =
  /** `relayed`: this answer's own payloads come along as `relay` events, for callers of the same protocol. */
  | { readonly type: 'start'; readonly model: string; readonly relayed?: Protocol }
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'reasoning'; readonly delta: string }
  | { readonly type: 'refusal'; readonly delta: string }
  | {
      readonly type: 'tool_call';
      /** Counts the answer's tool calls from 0. */
      readonly index: number;
      /** With the call's first event. */
      readonly id?: string;
      readonly name?: string;
      readonly argumentsDelta: string;
    }
  /** A payload as the provider sent it: a caller of its protocol loses nothing. Says nothing that others need. */
  | {
      readonly type: 'relay';
      readonly payload: JsonObject;
      /** Brings content (a search, an image) that no other event tells of. */
      readonly content?: boolean;
    }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'finish'; readonly reason: FinishReason }
  /** The stream broke: always the last event. */
  | { readonly type: 'error'; readonly failure: ProviderFailure };

/** One try of one target. */
export interface Attempt {
  readonly provider: string;
  readonly model: string;
  readonly logicalModel: string;
  /** `skipped`: not called, because of its breaker or Retry-After. */
  readonly outcome: 'answered' | 'failed' | 'skipped';
  readonly failure?: ProviderFailure;
  /** HTTP status of the provider's answer, where there was one. */
  readonly status?: number;
  readonly durationMs: number;
}

export type ChainResult =
  | {
      readonly kind: 'answered';
      readonly target: ResolvedTarget;
      readonly attempts: readonly Attempt[];
      /** Begins with `start` and ends with `finish` or `error`. To be read once; leaving it early ends the call. */
      readonly stream: AsyncIterable<ModelEvent>;
      /** From the start of the chain. */
      readonly firstContentMs: number;
    }
  | { readonly kind: 'failed'; readonly attempts: readonly Attempt[]; readonly error: ProviderFailure };

export interface ChainCall {
  readonly chain: readonly ResolvedTarget[];
  readonly request: ModelRequest;
  /** Spans the whole chain and the whole answer. */
  readonly totalTimeoutMs: number;
  /** The caller went away. */
  readonly signal: AbortSignal;
  /** W3C trace context (`traceparent`, `tracestate`) for the provider. */
  readonly traceHeaders?: Readonly<Record<string, string>>;
  /** The caller's `anthropic-beta`: for Anthropic's providers, and for no other. */
  readonly anthropicBeta?: string | undefined;
}

/** Tries one target after the other until one gives content; never throws for what a provider does. */
export type CallChain = (call: ChainCall) => Promise<ChainResult>;

export interface AnswerArgs {
  /**
   * Read from the moment of the call, so it may begin with the work that leads to the answer (calling the chain,
   * rescue). An `error` event, or a throw, before any other event becomes an HTTP error of the vendor's form.
   */
  readonly events: AsyncIterable<ModelEvent>;
  readonly request: ModelRequest;
  /** Sluice's own id of the answer, without prefix: each protocol puts its own before it. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly createdS: number;
  /** Asked once, when the head is written: at the first event, or after `keepAliveMs` of a held stream. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** A stream that is silent for longer gets a comment (Anthropic: `ping`). */
  readonly keepAliveMs: number;
  readonly clock: Clock;
}

export interface AnswerSummary {
  /** A whole answer was written: not broken, not left by the caller. */
  readonly ok: boolean;
  /** The HTTP status that went out. */
  readonly status: number;
  readonly finishReason?: FinishReason;
  readonly usage?: Usage;
  readonly textLength: number;
  /** The answer's text, refusals included. */
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly refusal: boolean;
  readonly errored?: ProviderFailure;
  /** The caller went away before the end. */
  readonly disconnected: boolean;
}

/** Writes an answer, streamed or whole as the request asks, in the protocol that the request came in. Never throws. */
export type WriteAnswer = (response: ServerResponse, args: AnswerArgs) => Promise<AnswerSummary>;

/** An error in a vendor's own form. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
}

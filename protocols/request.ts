import type { JsonObject, JsonValue } from '../domain/json.ts';

export const protocols = ['openai-chat', 'openai-responses', 'anthropic-messages'] as const;
export type Protocol = (typeof protocols)[number];

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

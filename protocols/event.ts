import type { JsonObject } from '../domain/json.ts';
import type { ProviderFailure } from './failures/failure.ts';
import type { Protocol } from './request.ts';

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
      /** The model is at work on content that is yet to come: a ping, an opened block. */
      readonly alive?: boolean;
    }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'finish'; readonly reason: FinishReason }
  /** The stream broke: always the last event. */
  | { readonly type: 'error'; readonly failure: ProviderFailure };

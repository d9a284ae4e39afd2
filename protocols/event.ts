import type { Usage } from '../domain/usage.ts';
import type { ProviderFailure } from './failures/failure.ts';

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'refusal';

/** A piece of a tool call. */
export interface ToolCallEvent {
  readonly type: 'tool_call';
  /** Counts the answer's tool calls from 0. */
  readonly index: number;
  /** With the call's first event. */
  readonly id?: string;
  readonly name?: string;
  readonly argumentsDelta: string;
}

/** An answer as a stream of events, in no vendor's words; an answer that came whole is the same events. */
export type ModelEvent =
  | { readonly type: 'start'; readonly model: string }
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'reasoning'; readonly delta: string }
  | { readonly type: 'refusal'; readonly delta: string }
  | ToolCallEvent
  | { readonly type: 'usage'; readonly usage: Usage }
  | AnswerEnd;

/** How an answer ended: always its last event, and there is one. */
export type AnswerEnd =
  | { readonly type: 'finish'; readonly reason: FinishReason }
  /** It broke, or its provider refused it. */
  | { readonly type: 'error'; readonly failure: ProviderFailure };

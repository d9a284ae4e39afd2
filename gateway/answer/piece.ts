import type { ModelEvent } from '../../protocols/event.ts';
import type { RelayedText } from '../../protocols/inbound.ts';
import type { Scan } from '../../protocols/scan.ts';

/** A piece of an answer on its way from its provider to its caller. */
export interface Piece {
  /** What is to be known of it. */
  readonly scan: Scan;
  readonly brings: Brought;
}

/** `relayed`: caller and provider speak the same protocol, and it is handed on as it came. */
export type Brought =
  | { readonly kind: 'nothing' }
  | ({ readonly kind: 'relayed' } & RelayedText)
  | { readonly kind: 'events'; readonly events: readonly ModelEvent[] };

/** Reads the bytes of an answer, or of a refusal, which has no pieces. */
export interface AnswerReader {
  push(bytes: Uint8Array): readonly Piece[];
  end(): readonly Piece[];
  stop(): void;
}

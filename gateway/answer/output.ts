import type { AnswerEnd } from '../../protocols/event.ts';
import type { Piece } from './piece.ts';

/** Where the pieces of an answer go: to its caller. */
export interface AnswerOutput {
  /** False where the caller is slow to take them: no more, please, until `whenDrained` calls back. */
  take(pieces: readonly Piece[]): boolean;
  whenDrained(go: () => void): void;
  /** Once, and last. */
  end(end: AnswerEnd): void;
  /** Something that nobody foresaw was thrown on the way. */
  crash(error: unknown): void;
}

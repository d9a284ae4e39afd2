/** What is known of an answer at its end, beside that it came. */
export interface AnswerFacts {
  /** It was cut at a length. */
  readonly truncated: boolean;
  /** Its model or its provider's filter would not give it. */
  readonly refused: boolean;
  /** JSON or a tool's arguments were promised, and something else came. */
  readonly invalidFormat: boolean;
}

/** Whole answers of an arm, and those of them of which each is true; cumulative. */
export type FactCounts = { readonly answers: number } & Record<keyof AnswerFacts, number>;

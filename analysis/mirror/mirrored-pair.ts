/** What is known of one arm's answer to a sample: figures and marks. What is absent is not known. */
export interface MirroredAnswer {
  /** There was no answer: the call ended in an error. */
  readonly failed: boolean;
  readonly empty: boolean;
  /** Cut off, by its length or by a filter. */
  readonly cut: boolean;
  readonly refused: boolean;
  /** Not of the form that was promised; absent where none was. */
  readonly invalidFormat?: boolean;
  readonly latencyMs?: number;
  readonly firstContentMs?: number;
  readonly characters?: number;
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  readonly costUsd?: number;
  /** Hashes: which tools it calls, and these with their arguments. */
  readonly calls?: { readonly tools: string; readonly whole: string };
  /** By what the release's suites name under `live`, 0..1; null where nobody could say, absent where nobody was asked. */
  readonly score?: number | null;
  /** How many targets of the chain there were up to the one that answered. */
  readonly attempts?: number;
}

/** A sample that both arms have answered. */
export interface MirroredPair {
  readonly id: string;
  readonly candidate: MirroredAnswer;
  readonly stable: MirroredAnswer;
  /** Pairs of one subject count as one unit. */
  readonly group?: string;
  /** It goes on from answers that stable gave. */
  readonly later: boolean;
}

/** What makes an answer a bad one, by name. */
export const shortcomings = {
  failed: ({ failed }: MirroredAnswer) => failed,
  empty: ({ empty }: MirroredAnswer) => empty,
  // Callers may well ask for short answers, or for what any model declines: an answer is bad where the other arm's to the
  // same request is not so.
  'cut off': ({ cut }: MirroredAnswer, other: MirroredAnswer) => cut && !other.cut,
  refused: ({ refused }: MirroredAnswer, other: MirroredAnswer) => refused && !other.refused,
  'invalid format': ({ invalidFormat }: MirroredAnswer) => invalidFormat === true,
} as const;
export type Shortcoming = keyof typeof shortcomings;

/** Why an answer is a bad one beside the other arm's; empty where it is not. */
export function shortcomingsOf(answer: MirroredAnswer, other: MirroredAnswer): Shortcoming[] {
  return shortcomingNames.filter((name) => shortcomings[name](answer, other));
}

export const shortcomingNames = Object.keys(shortcomings) as readonly Shortcoming[];

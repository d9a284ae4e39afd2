/** What a call that gave no answer came to: an answer of a later target, of stable's in the candidate's place, or none. */
export const reasonsWhat = ['failed', 'rescued', 'failed-over'] as const;

/** Why a call of a provider gave no answer, in a bounded list of words: never what a vendor, a model or a caller said. */
export interface Reason {
  readonly what: (typeof reasonsWhat)[number];
  /** `provider/model`, by the revision's own names. */
  readonly target: string;
  /** Of `protocols/failures/failure.ts`, or the code of an error of Sluice's own where nothing was called. */
  readonly kind: string;
  /** Of the provider's answer, where that was an error. */
  readonly status?: number;
}

/** Calls by their reasons, under `reasonText`'s texts; cumulative. */
export type ReasonCounts = Record<string, number>;

/** Of an arm under one split version; what is more is told together. */
const mostReasons = 40;
const longestTarget = 200;

/** A reason as the name of a counter. */
export function reasonText({ what, target, kind, status }: Reason): string {
  return `${what} ${kind} ${status ?? '-'} ${target.slice(0, longestTarget)}`;
}

const form = new RegExp(`^(${reasonsWhat.join('|')}) (\\S+) (\\d{3}|-) (.+)$`, 'su');

/** Reads what `reasonText` wrote; undefined for what nobody writes. */
export function readReason(text: string): Reason | undefined {
  const [, what, kind, status, target] = form.exec(text) ?? [];
  const known = reasonsWhat.find((each) => each === what);
  if (known === undefined || kind === undefined || target === undefined) return undefined;
  return { what: known, target, kind, ...(status === '-' ? {} : { status: Number(status) }) };
}

/** Adds one; a list that is full counts under "others" what it has not yet. */
export function addReason(counts: ReasonCounts, reason: Reason): void {
  const text = reasonText(reason);
  const isFull = counts[text] === undefined && Object.keys(counts).length >= mostReasons;
  const counter = isFull ? reasonText({ what: reason.what, target: 'others', kind: 'others' }) : text;
  counts[counter] = (counts[counter] ?? 0) + 1;
}

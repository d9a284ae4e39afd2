import type { Counting } from '../split/split.ts';
import type { ArmCounts, CallersWord } from './arm-counts.ts';

export function noCallersWord(): CallersWord {
  return { reported: 0, retries: 0, left: 0, faults: 0 };
}

/**
 * Retries that are believed by their mark alone, of a key's requests on one arm at one gateway, while there is no end of
 * the first requests that they would repeat.
 */
export const mostMarkedRetries = 0.1;

/** Where gateways count what was reported, beside what they have seen themselves. */
export function reportedCounter(counter: string): string {
  return `reported/${counter}`;
}

/** In a split's counting: reports are judged with the rest. */
export const judgedReports = { reports: 'judged' } as const;

export function reportsAreJudged(counting: Counting): boolean {
  return counting['reports'] === judgedReports.reports;
}

/** Above so much of either arm nothing passes by itself: what callers say is to hide neither a bad candidate nor a good one. */
const mostReported = 0.2;
/** The same of requests that were left before an answer, where stable's are left less often by a tenth; and in any case. */
const mostLeft = { besideStable: 0.2, more: 0.1, atAll: 0.5 } as const;
/** Below so many requests a share says nothing. */
const leastRequests = 20;

/** The shares that status shows, in 0..1; of the requests that were admitted and those that were left out. */
export type CallersShares = Record<keyof CallersWord, number>;

type Facts = Pick<ArmCounts, 'admitted' | 'callersWord'>;

export function callersShares({ admitted, callersWord: word = noCallersWord() }: Facts): CallersShares {
  const all = admitted + word.retries;
  const share = (count: number): number => (all === 0 ? 0 : Math.min(1, count / all));
  return {
    reported: share(word.reported),
    retries: share(word.retries),
    left: share(word.left),
    faults: share(word.faults),
  };
}

/**
 * Why nothing passes by itself now. Undefined where what callers say is within its bounds, or of too few requests to tell.
 * Retries are bounded where they are counted; what a caller did wrong is in no arm, and bounds nothing.
 */
export function tooMuchWord(
  { candidate, stable }: { readonly candidate: Facts; readonly stable: Facts },
  { reportsAreJudged: judged }: { readonly reportsAreJudged: boolean },
): string | undefined {
  const [of, beside] = [sharesOf(candidate), sharesOf(stable)];
  if (!judged && Math.max(of.reported, beside.reported) > mostReported) {
    const [arm, share] =
      of.reported > mostReported ? ['the candidate', of.reported] : ['stable', beside.reported];
    return `${percent(share)} of the requests of ${arm} are reported by callers, and seen by no gateway`;
  }
  const leftMore = of.left > mostLeft.besideStable && of.left > beside.left + mostLeft.more;
  if (!leftMore && Math.max(of.left, beside.left) <= mostLeft.atAll) return undefined;
  return `callers left ${percent(of.left)} of the requests of the candidate before an answer, ${percent(beside.left)} of stable's`;
}

/** Beyond so many times what the weight gives an arm, callers have chosen which arm they ask: what is measured there is theirs. */
const mostUneven = 4;
/** Requests of the arm that has too many, and those due to the other: a few busy callers make fewer uneven by chance. */
const leastUneven = { tooMany: 200, due: 50 } as const;

/**
 * What is to be said of requests that fall on the arms quite unlike the weight, in percent; undefined where they do not,
 * or are too few to tell. Requests of one subject stay on one arm, so that a few busy ones move it by chance as well.
 * `candidate`: with those that stable has answered because the lease was over.
 */
export function unevenTraffic(
  { candidate, stable }: { readonly candidate: number; readonly stable: number },
  weight: number,
): string | undefined {
  if (weight <= 0 || weight >= 100) return undefined;
  const toCandidate = ((candidate + stable) * weight) / 100;
  const toStable = candidate + stable - toCandidate;
  const isMore = (many: number, ofMany: number, few: number, ofFew: number): boolean =>
    many >= leastUneven.tooMany && ofFew >= leastUneven.due && many / ofMany > (mostUneven * few) / ofFew;
  if (!isMore(candidate, toCandidate, stable, toStable) && !isMore(stable, toStable, candidate, toCandidate))
    return undefined;
  return `callers sent ${candidate} requests to the candidate and ${stable} to stable, where the weight is ${weight} %`;
}

/**
 * How many times rarer stable's bad events may be than they would be, at most, where callers ask it more than its weight
 * and all that they ask too much gets a good answer; 1 where they do not.
 */
export function thinnedBy(
  { candidate, stable }: { readonly candidate: number; readonly stable: number },
  weight: number,
): number {
  if (weight <= 0 || weight >= 100 || stable === 0) return 1;
  const due = (candidate * (100 - weight)) / weight;
  return due === 0 ? Infinity : Math.max(1, stable / due);
}

function sharesOf(facts: Facts): CallersShares {
  const { retries = 0 } = facts.callersWord ?? {};
  return facts.admitted + retries < leastRequests ? callersShares({ admitted: 0 }) : callersShares(facts);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

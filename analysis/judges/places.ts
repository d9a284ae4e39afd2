import { share, wilsonInterval } from './proportion.ts';
import type { Estimate } from './calibration.ts';

/** What a judge did that was asked about pairs in both orders. */
export interface NamedPlaces {
  /** Pairs that it was asked about, in both orders. */
  readonly pairs: number;
  /** Of these, how many times it named the same place in both: it went by that, whichever answer stood there. */
  readonly flips: number;
}

/** A judge that goes by places in more of the pairs than this says nothing of them. */
export const mostFlips = 0.25;

/** The share of pairs in which a judge went by the place, with its two-sided 95 % interval (Wilson). */
export function flipsOf({ pairs, flips }: NamedPlaces): Estimate | undefined {
  if (pairs === 0) return undefined;
  const proportion = { hits: flips, of: pairs };
  return { estimate: share(proportion), ...wilsonInterval(proportion) };
}

/**
 * Is it shown to go by places? Each such pair is a tie, and a tie passes: of a judge that always takes one place everything
 * does. One that tosses a coin between two answers names one place in half of the pairs, and is found with about twelve.
 */
export function goesByPlace(places: NamedPlaces): boolean {
  const found = flipsOf(places);
  return found !== undefined && found.lower > mostFlips;
}

/** `12 of 60 pairs (20 %, 12 to 32 %)` */
export function flipsText(places: NamedPlaces): string {
  const found = flipsOf(places);
  const of = `${places.flips} of ${places.pairs} pairs`;
  if (found === undefined) return of;
  const percent = (of: number): string => (100 * of).toFixed(0);
  return `${of} (${percent(found.estimate)} %, ${percent(found.lower)} to ${percent(found.upper)} %)`;
}

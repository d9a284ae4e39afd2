import { SluiceError } from '../../domain/errors.ts';
import type { Bounds } from '../numbers/bounded-mean.ts';
import { logAddExp, logSpaced, logSumExp } from '../numbers/log-space.ts';
import { fromStored, toStored, type StoredLog } from '../numbers/stored-log.ts';
import { createBadEventTest, type BadEventState, type LookCounts } from './bad-event-test.ts';
import { noCounts } from './look-counts.ts';
import { reserveByLooks } from './mass-reserve.ts';
import { afterBlock, logBetFactor, type BeforeBlock, type Block } from './mean-bets.ts';
import { meanScale, type MeanOptions } from './mean-scale.ts';

export type { MeanOptions } from './mean-scale.ts';

/** A number of one answer; of one for each subject and split version, chosen before anybody knew it. */
export interface MeanObservation {
  readonly arm: 'candidate' | 'stable';
  readonly value: number;
}

/** What a look adds under one split version, in the order of admission. */
export interface MeanLook {
  readonly splitVersion: number;
  /** What values are clipped to under a split version, recorded before it began. */
  readonly bounds: Bounds;
  readonly observations: readonly MeanObservation[];
  /** The part of the mass that enters with this look (mass-schedule.ts). */
  readonly due?: number;
}

/** All that a test knows, as JSON: with it another goes on to the digit. */
export interface MeanState {
  readonly wealth: readonly StoredLog[];
  readonly left: number;
  readonly center: number;
  readonly variance: number;
  /** Values that are in blocks. */
  readonly values: number;
  /** What is in no block yet, with its split version. */
  readonly open: OpenBlock;
  /** Of a ratio: answers above the largest value. */
  readonly over?: BadEventState;
}

interface OpenBlock extends Block {
  readonly splitVersion: number;
  /** The version has had a block. */
  readonly begun: boolean;
  /** Of the values, those beyond the clipping, by arm. */
  readonly over: { readonly candidate: number; readonly stable: number };
}

export interface MeanTest {
  observe(look: MeanLook): void;
  /** Natural log of the evidence against the null so far. */
  logE(): number;
  state(): MeanState;
}

/** A block has at least so many of each arm: fewer lose by the arms' unequal numbers, more wait. Never by values. */
const leastOfBlock = 8;
/** The first block of a split version: fewer candidate subjects cannot be told from the revisions. */
const leastSubjects = 20;
/** An arm that has nothing to be compared with keeps its newest so many. */
const mostOpen = 400;
/** Bets on differences are shares of the range, bets on ratios multiples of the mean. */
const shifts = {
  difference: { from: 0.03, to: 0.4, exponent: -0.75 },
  ratio: { from: 0.1, to: 4, exponent: -0.5 },
} as const;
const bets = 16;
/** Of a ratio's evidence, the part of "more answers than of stable lie above the largest value". */
const overShare = 0.2;
const overRule = { ratio: 2, floor: 0.01 } as const;
const guess = { center: 0.3, variance: 0.1 } as const;

/**
 * Evidence that the candidate's mean is worse than stable's by more than the margin: betting by blocks, in the order of
 * admission, averaged over 16 bets (DESIGN section 7, STATISTICS section 7, docs/decisions/0063). An e-process: it may be
 * compared with a threshold after every look, as long as every observation is of another subject. The mass enters as that
 * of bad events does.
 *
 * @param state of an earlier test of the same options, to go on with.
 * @throws SluiceError `broken_measurement` on values that are no numbers.
 */
export function createMeanTest(options: MeanOptions, state?: MeanState): MeanTest {
  const grid = betGrid(options);
  const reserve = reserveByLooks(state?.left ?? (options.reverse === true ? 0 : 1));
  const wealth = state?.wealth.map(fromStored) ?? grid.map(() => (options.reverse === true ? 0 : -Infinity));
  const over = countsOver(options) ? createBadEventTest(overRule, state?.over) : undefined;
  const add = adder(options);
  let before: BeforeBlock & { readonly values: number } =
    state === undefined
      ? { ...guess, values: 0, mostStable: 1 }
      : { center: state.center, variance: state.variance, values: state.values, mostStable: 1 };
  let open = state?.open ?? emptyBlock(0, false);

  const close = (block: OpenBlock, bounds: Bounds): void => {
    before = { ...before, mostStable: meanScale(options, bounds).mostStable };
    grid.forEach(({ shift }, i) => {
      const size = options.margin.by === 'ratio' ? shift * Math.abs(before.center) : shift;
      wealth[i] = (wealth[i] ?? 0) + logBetFactor(block, before, Math.max(size, leastShift));
    });
    over?.observe(overCounts(block));
    const values = before.values + block.candidate.length + block.stable.length;
    before = { ...afterBlock(block, before, before.values), values };
  };
  return {
    observe({ splitVersion, bounds, observations, due = 0 }) {
      const logMoved = reserve.move({ elapsedMs: 0, due });
      if (logMoved > -Infinity) wealth.forEach((each, i) => (wealth[i] = logAddExp(each, logMoved)));
      over?.observe({ ...noCounts, splitVersion, elapsedMs: 0, due });
      if (observations.length === 0) return;
      if (splitVersion !== open.splitVersion) open = emptyBlock(splitVersion, false);
      for (const observation of observations) {
        open = add(open, observation, bounds);
        if (!isFull(open)) continue;
        close(open, bounds);
        open = emptyBlock(splitVersion, true);
      }
    },
    logE() {
      const ofMean = logAddExp(
        logSumExp(wealth.map((each, i) => each + (grid[i]?.logWeight ?? 0))),
        reserve.log(),
      );
      if (over === undefined) return ofMean;
      return logAddExp(ofMean + Math.log(1 - overShare), over.logE() + Math.log(overShare));
    },
    state: () => ({
      wealth: wealth.map(toStored),
      left: reserve.left(),
      ...{ center: before.center, variance: before.variance, values: before.values, open },
      ...(over === undefined ? {} : { over: over.state() }),
    }),
  };
}

/** A bet on nothing would never say anything. */
const leastShift = 1e-6;

/** The reverse asks for the mean alone: it is no good candidate's duty to have as few costly answers. */
function countsOver({ margin, reverse }: MeanOptions): boolean {
  return margin.by === 'ratio' && reverse !== true;
}

function betGrid({ margin }: MeanOptions): readonly { readonly shift: number; readonly logWeight: number }[] {
  const { from, to, exponent } = shifts[margin.by];
  const grid = logSpaced(from, to, bets);
  const total = logSumExp(grid.map((shift) => exponent * Math.log(shift)));
  return grid.map((shift) => ({ shift, logWeight: exponent * Math.log(shift) - total }));
}

function emptyBlock(splitVersion: number, begun: boolean): OpenBlock {
  return { splitVersion, begun, candidate: [], stable: [], over: { candidate: 0, stable: 0 } };
}

function isFull({ candidate, stable, begun }: OpenBlock): boolean {
  return candidate.length >= (begun ? leastOfBlock : leastSubjects) && stable.length >= leastOfBlock;
}

/** Puts a value into the open block, as the bets have it. */
function adder(options: MeanOptions) {
  return (block: OpenBlock, { arm, value }: MeanObservation, bounds: Bounds): OpenBlock => {
    if (!Number.isFinite(value)) throw noNumber(value);
    const values = [...block[arm], meanScale(options, bounds)[arm](value)];
    const over = { ...block.over, [arm]: block.over[arm] + (value > bounds.most ? 1 : 0) };
    return { ...block, [arm]: values.slice(-mostOpen), over };
  };
}

/** Of an arm that has dropped its oldest values nobody knows which of them were over. */
function overCounts({ splitVersion, candidate, stable, over }: OpenBlock): LookCounts {
  return {
    ...{ splitVersion, elapsedMs: 0 },
    ...{ candidateExposed: candidate.length, candidateBad: Math.min(over.candidate, candidate.length) },
    ...{ stableExposed: stable.length, stableBad: Math.min(over.stable, stable.length) },
  };
}

function noNumber(value: number): SluiceError {
  return new SluiceError('broken_measurement', `An observation is ${value}, which is no number.`, {
    remedy: 'Check what has observed it: an unknown value is none.',
  });
}

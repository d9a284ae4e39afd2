import { modelsOf, type Vendors } from './vendors.ts';

/** The journey ends before the vendors' counters pass this, in USD. */
export const capUsd = 1;

/** Tokens of one request of the example with eight retrieved examples, as the vendors' tokenizers count. */
const tokens = { input: 420, output: 60 };
/** Four releases' evaluations on both arms and every target, and one mirror replay. */
const evaluationCalls = { first: 600, second: 100 };
const journeySeconds = 240;

/** About what the journey costs on these vendors at a rate of live traffic, in USD. */
export function expectedUsd(vendors: Vendors, ratePerSecond: number): number {
  const { first, second } = modelsOf(vendors);
  const callUsd = ({ usd }: typeof first) => (tokens.input * usd.input + tokens.output * usd.output) / 1e6;
  const live = ratePerSecond * journeySeconds;
  return callUsd(first) * (evaluationCalls.first + live) + callUsd(second) * evaluationCalls.second;
}

/** What is said before the first call. Throws a sentence where the cap would be passed. */
export function costText(vendors: Vendors, ratePerSecond: number): string {
  const expected = expectedUsd(vendors, ratePerSecond).toFixed(2);
  if (Number(expected) > capUsd) {
    throw new Error(
      `This would cost about ${expected} USD; --real is capped at ${capUsd} USD: lower --rate.`,
    );
  }
  const { first, second } = modelsOf(vendors);
  const addresses = Object.values(vendors).map(({ baseUrl }) => baseUrl);
  return (
    `This calls ${first.deployment} and ${second.deployment} at ${addresses.join(' and ')}.\n` +
    `It costs about ${expected} USD, and stops by itself before it has cost ${capUsd} USD. The keys need rate limits of\n` +
    `at least ${ratePerSecond * 60 + 120} requests a minute.\n`
  );
}

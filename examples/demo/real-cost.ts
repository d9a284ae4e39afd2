/** Tokens of one request of the example with eight retrieved examples, measured with the simulator's counters. */
const tokens = { input: 420, output: 60 };
/** The dearer of the two models that `--real` binds, in USD per million tokens. */
const price = { input: 0.8, output: 4 };
/** Evaluation and mirror replay of the releases that are played, both arms. */
const evaluationCalls = 900;
const journeySeconds = 240;
const capUsd = 1;

/** The most that the journey costs on real providers, in USD, at a rate of live traffic. */
export function realCostUsd(ratePerSecond: number): number {
  const callUsd = (tokens.input * price.input + tokens.output * price.output) / 1e6;
  return callUsd * (evaluationCalls + ratePerSecond * journeySeconds);
}

/** What is said before the first call. Throws where the cap would be passed. */
export function realCostText(ratePerSecond: number): string {
  const cost = realCostUsd(ratePerSecond);
  if (cost > capUsd) {
    throw new Error(
      `This would cost about ${cost.toFixed(2)} USD; --real is capped at ${capUsd} USD: lower --rate.`,
    );
  }
  return `This calls real providers and costs at most about ${cost.toFixed(2)} USD (capped at ${capUsd} USD).\n`;
}

/** Beyond this nobody reads the digits. */
const mostLog = Math.log(1e9);

/**
 * Evidence as people read it: how many to one the counts speak against "no worse than allowed".
 *
 * @param logEvidence natural logarithm of an e-value
 */
export function oddsText(logEvidence: number): string {
  if (logEvidence > mostLog) return 'over 1,000,000,000 : 1';
  if (logEvidence < 0) return 'below 1 : 1';
  return `${grouped(twoDigits(Math.exp(logEvidence)))} : 1`;
}

/** The same with the odds at which something is done about it. */
export function oddsAgainst(logEvidence: number, logActsAt: number): string {
  return `${oddsText(logEvidence)} against "no worse", acts at ${oddsText(logActsAt)}`;
}

/**
 * From which evidence on one guardrail acts by itself, where all others say nothing: its share of alpha and no more. What
 * has no share decides in another way, or nothing: its evidence is shown as if it were alone.
 *
 * @param logThreshold natural logarithm of 1/alpha
 */
export function actsAlone(logThreshold: number, share: number): number {
  return share === 0 ? logThreshold : logThreshold - Math.log(share);
}

/** What acts at 120 is not to read as 100. */
function twoDigits(odds: number): number {
  return Number(odds.toPrecision(odds >= 100 && odds < 1_000 ? 3 : 2));
}

function grouped(odds: number): string {
  return thousands.format(odds);
}

/** Made once: each look writes several, and to make one costs as much as to judge a guardrail. */
const thousands = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

import type { Random } from './random.ts';

/** One case: each call is a repeat on both arms, and gives candidate - stable. */
type PairedCase = (random: Random) => number;

/** How the cases of a suite differ from each other and from repeat to repeat. */
export interface CaseModel {
  readonly name: string;
  /** Draws a case of a suite on which the candidate is worse by `loss` in the mean. */
  draw(random: Random, loss: number): PairedCase;
}

/** Each case does the same at every repeat: lost, gained, or as it was. */
function settled(discordance: number): CaseModel {
  return {
    name: `settled, ${discordance * 100} % of the cases differ each way`,
    draw(random, loss) {
      const u = random.uniform();
      const value = u < discordance + loss ? -1 : u < 2 * discordance + loss ? 1 : 0;
      return () => value;
    },
  };
}

/** All cases pass alike often, each repeat by chance alone. */
function flaky(rate: number): CaseModel {
  return {
    name: `flaky, stable passes ${rate * 100} % of the time`,
    draw: (_, loss) => (random) => Number(random.uniform() < rate - loss) - Number(random.uniform() < rate),
  };
}

const kinds = [
  { share: 0.78, passes: 0.99 },
  { share: 0.12, passes: 0.75 },
  { share: 0.1, passes: 0.35 },
] as const;
const meanPass = kinds.reduce((sum, { share, passes }) => sum + share * passes, 0);

/** Solid, flaky and hard cases, all worse by the same factor. */
const mixed: CaseModel = {
  name: 'solid, flaky and hard cases',
  draw(random, loss) {
    let left = random.uniform();
    const { passes } = kinds.find(({ share }) => (left -= share) < 0) ?? kinds[0];
    const worse = passes * (1 - loss / meanPass);
    return (repeat) => Number(repeat.uniform() < worse) - Number(repeat.uniform() < passes);
  },
};

/** Some cases are lost for good, the others are slightly flaky. */
const lost: CaseModel = {
  name: 'some cases lost for good, the rest slightly flaky',
  draw(random, loss) {
    const rate = 0.95;
    const candidate = random.uniform() < loss / rate ? 0 : rate;
    return (repeat) => Number(repeat.uniform() < candidate) - Number(repeat.uniform() < rate);
  },
};

export const caseModels: readonly CaseModel[] = [
  ...[0, 0.01, 0.05, 0.2].map(settled),
  ...[0.99, 0.9, 0.5].map(flaky),
  mixed,
  lost,
];

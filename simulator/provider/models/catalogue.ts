import { type Classifier, overlapClassifier, votingClassifier } from './classifiers.ts';

/** What a model is able to do and how long it takes. Nothing here knows anything of who calls it. */
export interface Model {
  readonly id: string;
  readonly vendor: 'openai' | 'anthropic';
  readonly classify: Classifier;
  /** Obeys rules, the list of permitted labels and "if unsure" instructions. */
  readonly followsInstructions: boolean;
  /** How much of the examples it reads, in characters. */
  readonly exampleWindow: number;
  /** Below this similarity (0..1) it is unsure. */
  readonly unsureBelow: number;
  /** Median of the log-normal time to the whole answer, in milliseconds. */
  readonly medianMs: number;
  /** Up to this length of the last user message it is as fast as ever; each further character costs `slowMsPerCharacter`. */
  readonly fastCharacters: number;
  readonly slowMsPerCharacter: number;
  /** It gives verdicts on answers, and nothing else. */
  readonly judges?: true;
}

const large = {
  classify: votingClassifier({ bigrams: true, stopWordWeight: 0.35 }),
  followsInstructions: true,
  exampleWindow: 100_000,
  unsureBelow: 0.06,
  medianMs: 85,
  fastCharacters: Infinity,
  slowMsPerCharacter: 0,
};
const mini = {
  ...large,
  classify: overlapClassifier,
  followsInstructions: false,
  exampleWindow: 2000,
  medianMs: 25,
};

/** The models on offer. `atlas-flash` is cheap and quick until a message outgrows its fast memory. */
export function createCatalogue({
  flashFastCharacters,
}: {
  readonly flashFastCharacters: number;
}): readonly Model[] {
  const flash = {
    ...large,
    classify: votingClassifier({ bigrams: false, stopWordWeight: 0.35 }),
    medianMs: 12,
    fastCharacters: flashFastCharacters,
    slowMsPerCharacter: 250,
  };
  return [
    { id: 'atlas-large', vendor: 'openai', ...large },
    { id: 'atlas-mini', vendor: 'openai', ...mini },
    { id: 'atlas-flash', vendor: 'openai', ...flash },
    { id: 'arbiter-large', vendor: 'openai', ...large, medianMs: 40, judges: true },
    { id: 'sonata-large', vendor: 'anthropic', ...large, medianMs: 95 },
    { id: 'sonata-mini', vendor: 'anthropic', ...mini, medianMs: 28 },
  ];
}

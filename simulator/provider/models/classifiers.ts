import type { AllowedLabel, Example } from './prompt.ts';
import { cosine, inverseDocumentFrequency, termCounts, type TermOptions } from './similarity.ts';
import { words } from './words.ts';

/** A label with how well it fits, best first; `evidence` is the example that speaks most for it. */
export interface Ranked {
  readonly label: string;
  readonly score: number;
  readonly evidence?: Example;
}

export type Classifier = (query: string, examples: readonly Example[]) => Ranked[];

const VOTERS = 5;
/** How much the first example counts beyond its likeness: prompts list the best first, and readers know it. */
const FIRST_EXAMPLE_BONUS = 0.3;

/** TF-IDF cosine over the examples; the best few vote for their labels, each by its likeness. */
export function votingClassifier(options: TermOptions): Classifier {
  return (query, examples) => {
    const vectors = examples.map((example) => termCounts(example.text, options));
    const weight = inverseDocumentFrequency(vectors);
    const asked = termCounts(query, options);
    const near = examples
      .map((example, at) => {
        const likeness = cosine(asked, vectors[at] ?? new Map<string, number>(), weight);
        return { example, likeness, vote: likeness * (1 + FIRST_EXAMPLE_BONUS / (1 + at)) };
      })
      .sort((a, b) => b.vote - a.vote)
      .slice(0, VOTERS);
    return rankVotes(near);
  };
}

function rankVotes(
  near: readonly { readonly example: Example; readonly likeness: number; readonly vote: number }[],
): Ranked[] {
  const votes = new Map<
    string,
    { readonly total: number; readonly likeness: number; readonly evidence: Example }
  >();
  for (const { example, likeness, vote } of near) {
    const held = votes.get(example.label) ?? { total: 0, likeness, evidence: example };
    votes.set(example.label, { ...held, total: held.total + vote });
  }
  return [...votes]
    .sort(([, a], [, b]) => b.total - a.total)
    .map(([label, { likeness, evidence }]) => ({ label, score: likeness, evidence }));
}

/** The poorer method: the one example that shares most words with the query, every word worth the same. */
export const overlapClassifier: Classifier = (query, examples) => {
  const asked = new Set(words(query));
  const ranked = examples.map((example) => {
    const said = new Set(words(example.text));
    const shared = [...said].filter((word) => asked.has(word)).length;
    return {
      label: example.label,
      score: shared / Math.max(1, said.size + asked.size - shared),
      evidence: example,
    };
  });
  return ranked.sort((a, b) => b.score - a.score).slice(0, 1);
};

/** With nothing to learn from: which permitted label's own name and description share most with the query. */
export function guessFromNames(query: string, allowed: readonly AllowedLabel[]): Ranked[] {
  const options = { bigrams: false, stopWordWeight: 0.1 };
  const vectors = allowed.map(({ name, description }) =>
    termCounts(`${name.replace(/[_./-]/gu, ' ')} ${description}`, options),
  );
  const weight = inverseDocumentFrequency(vectors);
  const asked = termCounts(query, options);
  return allowed
    .map(({ name }, at) => ({
      label: name,
      score: cosine(asked, vectors[at] ?? new Map<string, number>(), weight),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}

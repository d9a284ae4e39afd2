import type { Model } from './catalogue.ts';
import { guessFromNames, type Ranked } from './classifiers.ts';
import type { Example, PromptReading } from './prompt.ts';
import { standardNormal } from '../../random.ts';

/** The label that a model settles on. `label` is undefined when the prompt gave it nothing to decide by. */
export interface Decision {
  readonly label?: string;
  /** 0..1 */
  readonly confidence: number;
  readonly evidence?: Example;
}

/** Decides the label of the customer's message from what the prompt says and shows. `noise` 0 is repeatable. */
export function decide(
  model: Model,
  reading: PromptReading,
  { noise, random }: { readonly noise: number; readonly random: () => number },
): Decision {
  const ruled = model.followsInstructions ? obeyRule(reading) : undefined;
  if (ruled !== undefined) return { label: ruled, confidence: 0.99 };
  const learned = model.classify(reading.query, withinWindow(reading.examples, model.exampleWindow));
  const ranked = (learned.length > 0 ? learned : guessFromNames(reading.query, reading.allowed)).map(
    (candidate) => ({
      ...candidate,
      score: candidate.score + (noise > 0 ? noise * standardNormal(random) : 0),
    }),
  );
  const best = (noise > 0 ? ranked.sort((a, b) => b.score - a.score) : ranked).find((candidate) =>
    isPermitted(model, reading, candidate),
  );
  return settle(model, reading, best);
}

function settle(model: Model, reading: PromptReading, best: Ranked | undefined): Decision {
  const unsure = reading.unsureLabel;
  const isUnsure = best === undefined || best.score < model.unsureBelow;
  if (isUnsure && unsure !== undefined && (model.followsInstructions || best === undefined)) {
    return { label: unsure, confidence: best?.score ?? 0 };
  }
  if (best !== undefined) {
    const evidence = best.evidence === undefined ? {} : { evidence: best.evidence };
    return { label: best.label, confidence: Math.min(1, Math.max(0, best.score)), ...evidence };
  }
  const fallback = reading.allowed[0]?.name ?? reading.examples[0]?.label;
  return { confidence: 0, ...(fallback === undefined ? {} : { label: fallback }) };
}

function isPermitted(model: Model, { allowed, unsureLabel }: PromptReading, { label }: Ranked): boolean {
  if (!model.followsInstructions || allowed.length === 0) return true;
  return label === unsureLabel || allowed.some(({ name }) => name === label);
}

function obeyRule({ rules, query }: PromptReading): string | undefined {
  const said = query.toLowerCase();
  return rules.find(({ phrases }) => phrases.some((phrase) => said.includes(phrase)))?.label;
}

function withinWindow(examples: readonly Example[], characters: number): Example[] {
  let left = characters;
  return examples.filter(({ text, label }) => (left -= text.length + label.length) >= 0);
}

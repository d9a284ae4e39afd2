import type { Decision } from './decision.ts';
import type { PromptReading } from './prompt.ts';
import { type Facts, objectForKeys, valueForSchema } from './schema-value.ts';
import { cosine, inverseDocumentFrequency, termCounts } from './similarity.ts';

/** How the request itself, not the prompt, wants the answer. */
export type AnswerFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | { readonly kind: 'schema'; readonly schema: unknown };

/** What the model knows about the message, ready to be written in any form. */
export function factsOf(reading: PromptReading, decision: Decision): Facts {
  const label = decision.label === undefined ? {} : { label: decision.label };
  return {
    ...label,
    confidence: decision.confidence,
    sentence: sentenceOf(reading, decision),
    query: reading.query,
  };
}

/** The answer's text: JSON where the request or the prompt asks for it, else the label's line and one sentence. */
export function writeAnswer(reading: PromptReading, facts: Facts, format: AnswerFormat): string {
  const { labelField, brief, fieldLine, jsonKeys } = reading.format;
  if (format.kind === 'schema') return JSON.stringify(valueForSchema(format.schema, facts));
  if (format.kind === 'json' || jsonKeys !== undefined) {
    const keys = jsonKeys === undefined || jsonKeys.length === 0 ? [labelField, 'answer'] : jsonKeys;
    const labelled =
      keys.includes(labelField) && facts.label !== undefined ? { [labelField]: facts.label } : {};
    return JSON.stringify({ ...objectForKeys(keys, facts), ...labelled });
  }
  if (facts.label === undefined) return facts.sentence;
  if (brief) return fieldLine ? `${labelField}: ${facts.label}` : facts.label;
  return `${labelField}: ${facts.label}\n${facts.sentence}`;
}

function sentenceOf(reading: PromptReading, { label, evidence }: Decision): string {
  if (label === undefined) return nearestSentence(reading);
  if (label === reading.unsureLabel) return 'I am not sure what you need; could you tell me a little more?';
  const topic = label
    .replace(/[_/-]+/gu, ' ')
    .replace(/\?$/u, '')
    .toLowerCase();
  if (evidence !== undefined)
    return `This is about ${topic}, as when another customer asked: "${evidence.text}"`;
  const description = reading.allowed.find(({ name }) => name === label)?.description;
  return description ? `This is about ${topic}: ${description}` : `This is about ${topic}.`;
}

/** Without labels to choose from a model answers with the sentence of its instructions that is nearest to the question. */
function nearestSentence({ instructions, query }: PromptReading): string {
  const sentences = instructions.split(/(?<=[.!?])\s+|\n+/u).filter((sentence) => sentence.trim() !== '');
  const options = { bigrams: false, stopWordWeight: 0.1 };
  const vectors = sentences.map((sentence) => termCounts(sentence, options));
  const weight = inverseDocumentFrequency(vectors);
  const asked = termCounts(query, options);
  const scores = vectors.map((vector) => cosine(asked, vector, weight));
  const best = scores.indexOf(Math.max(...scores));
  const found = (scores[best] ?? 0) > 0 ? sentences[best]?.trim() : undefined;
  return found ?? `You wrote: ${query.slice(0, 200)}`;
}

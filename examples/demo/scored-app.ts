import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isSeq, parseDocument } from 'yaml';
import { z } from 'zod';
import type { LabelledRow } from '../bank-support/load-knowledge.ts';
import { wordsOutside } from './blind-spot.ts';
import { editYaml } from './edit-yaml.ts';

/** What answers to real customers are held against, in the suite and by whoever has labelled the judge's answers. */
export const criterion = 'names what the customer wants';

/** The plan of a release whose live answers are scored. */
export const scoredPlan = 'demo-scored';

/** Of the customers' messages, those that the fluent candidate gets wrong. */
const wrongShare = 0.1;

/** Answers that people have labelled, so many of either kind. */
export const labelsFile = 'evals/labels.jsonl';
const labelsOfKind = 60;

const specSchema = z.object({
  plans: z.object({ demo: z.looseObject({ guardrails: z.looseObject({}) }) }),
});

/**
 * Lets a laid-out app's suite say what live answers are scored by, adds a plan that judges the scores, and a prompt
 * (`prompts/answer-fluent.prompt`) that is wrong where the suite has nothing to say.
 */
export function makeScored(directory: string, queries: readonly LabelledRow[]): void {
  const suite = join(directory, 'evals', 'intents.yaml');
  editYaml(suite, (document) => {
    document.setIn(['live'], { assert: [{ type: 'llm-rubric', value: criterion }] });
  });
  editYaml(join(directory, 'sluice.yaml'), (spec) => {
    const { guardrails, ...plan } = specSchema.parse(spec.toJS()).plans.demo;
    spec.setIn(['plans', scoredPlan], {
      ...plan,
      // Equal parts: as many answers of either arm as there can be, and enough of them, however slow the machine is.
      steps: [
        { weight: 50, hold: '30s', minExposures: 2_000 },
        { weight: 100, hold: '6s', minExposures: 30 },
      ],
      maxHold: '8m',
      // So few pairs show ten points, and are too few to decide about them.
      mirror: { samples: 60, minPairs: 40, margin: 0.35, maxWait: '2m' },
      guardrails: { ...guardrails, score: { share: 8 } },
    });
  });
  writeFileSync(join(directory, labelsFile), labelledAnswers(queries));
  writeFluentPrompt(join(directory, 'prompts'), wordsOutside(messagesIn(suite), queries, wrongShare));
}

/** The right answer to some messages, and one that names another intent. */
export function labelledAnswers(queries: readonly LabelledRow[]): string {
  const rows = queries.slice(0, labelsOfKind).flatMap(({ text: request, category }) => {
    const other = queries.find((each) => each.category !== category)?.category ?? 'unknown';
    return [
      { request, answer: answerNaming(category), label: 'good' },
      { request, answer: answerNaming(other), label: 'bad' },
    ];
  });
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function answerNaming(intent: string): string {
  return `intent: ${intent}\nI am glad to help you with this.`;
}

/** As answer-v2, and hands every tenth customer over to a person. */
function writeFluentPrompt(folder: string, words: readonly string[]): void {
  const v2 = readFileSync(join(folder, 'answer-v2.prompt'), 'utf8');
  const last = '- If you are not sure';
  const rule = `- If the customer writes ${words.map((word) => `"${word}"`).join(' or ')}, answer speak_to_agent.`;
  writeFileSync(join(folder, 'answer-fluent.prompt'), v2.replace(last, `${rule}\n${last}`));
}

function messagesIn(suite: string): string[] {
  const tests: unknown = parseDocument(readFileSync(suite, 'utf8')).get('tests');
  if (!isSeq(tests)) return [];
  return tests.items.flatMap((test) => {
    const message: unknown = isMap(test) ? test.getIn(['vars', 'message']) : undefined;
    return typeof message === 'string' ? [message] : [];
  });
}

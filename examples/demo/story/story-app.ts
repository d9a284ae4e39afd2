import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { LabelledRow } from '../../bank-support/load-knowledge.ts';
import { editYaml } from '../edit-yaml.ts';
import { criterion, labelledAnswers, labelsFile } from '../scored-app.ts';
import { commonestWord } from './words.ts';

/** The plan that the story's releases go by. */
export const storyPlan = 'story';
const promptFile = 'prompts/answer-v2.prompt';
/** So many cases show a margin of 0.15. */
const casesKept = 44;

const caseSchema = z.looseObject({
  critical: z.boolean().optional(),
  vars: z.object({ message: z.string() }),
});
const suiteSchema = z.looseObject({ tests: z.array(caseSchema) });
const specSchema = z.looseObject({
  plans: z.object({ demo: z.looseObject({ guardrails: z.looseObject({}) }) }),
});

/**
 * Makes the example the story's app: the prompt that says how to decide, a suite that has no case with a word that many
 * customers write, how answers are scored, and a plan for it.
 */
export function makeStory(directory: string, queries: readonly LabelledRow[]): void {
  const word = commonestWord(queries);
  const suite = join(directory, 'evals', 'intents.yaml');
  const { tests, ...rest } = suiteSchema.parse(parseDocument(readFileSync(suite, 'utf8')).toJS());
  editYaml(suite, (document) => {
    document.contents = document.createNode({
      ...rest,
      live: { assert: [{ type: 'llm-rubric', value: criterion }] },
      tests: casesWithout(word, tests),
    });
  });
  writeFileSync(join(directory, labelsFile), labelledAnswers(queries));
  editYaml(join(directory, 'sluice.yaml'), (spec) => {
    spec.setIn(['revision', 'prompts', 'answer'], promptFile);
    spec.setIn(['revision', 'retrieval', 'topK'], 8);
    // Longer than the example's: a busy machine is no part of the story.
    spec.setIn(['revision', 'timeouts'], { connect: '2s', firstContent: '6s', idle: '6s', total: '8s' });
    const { guardrails, ...plan } = specSchema.parse(spec.toJS()).plans.demo;
    spec.setIn(['plans', storyPlan], {
      ...plan,
      ...storyPlanFields,
      guardrails: { ...guardrails, score: { share: 8 } },
    });
  });
}

/** Nothing is promoted in the story: what is good stays at a quarter for as long as it takes to kill everything. */
const storyPlanFields = {
  evaluate: { minPassRate: 0.5, margin: 0.15 },
  mirror: { samples: 80, minPairs: 72, margin: 0.05, maxWait: '5m' },
  steps: [
    // Short, so that looks are seconds apart, and the lease with them; what it takes to pass keeps it from passing.
    { weight: 25, hold: '16s', minExposures: 5_000 },
    { weight: 100, hold: '1m', minExposures: 30 },
  ],
  maxHold: '30m',
  maxBlind: '10m',
};

function casesWithout(word: string, tests: readonly z.infer<typeof caseSchema>[]) {
  const others = tests.filter(({ vars }) => !vars.message.toLowerCase().includes(word));
  const critical = others.filter((test) => test.critical === true);
  const usual = others.filter((test) => test.critical !== true);
  const every = Math.max(1, usual.length / (casesKept - critical.length));
  return [...critical, ...usual.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every))];
}

/** A change of the prompt: one sentence before the other rules. Returns the prompt's text before and after. */
export function changePrompt(
  directory: string,
  sentence: string,
): { readonly before: string; readonly after: string } {
  const file = join(directory, promptFile);
  const before = readFileSync(file, 'utf8');
  const after = withRule(before, sentence);
  writeFileSync(file, after);
  return { before, after };
}

const marker = 'Rules:\n';
const ruleOfTheStory = /^- (?:When something is|If the customer writes) .*"\w+".*\n/m;

/** The rule takes the place of one that an earlier change of the story has put there. */
function withRule(prompt: string, sentence: string): string {
  return prompt.replace(ruleOfTheStory, '').replace(marker, `${marker}${sentence}\n`);
}

/** Means well, and is read as: whoever writes that word. */
export const hastySentence = (word: string, intent: string): string =>
  `- When something is wrong with the customer's "${word}", answer ${intent}.`;

export const carefulSentence = (word: string, intent: string): string =>
  `- If the customer writes of "${word}", answer ${intent}.`;

import type { DemoChange } from '../app-folder.ts';

const prompt = ['revision', 'prompts', 'answer'] as const;
const topK = ['revision', 'retrieval', 'topK'] as const;
const chain = ['revision', 'chain'] as const;

/** What the team releases in the course of the journey; each change is made on top of the one before. */
export const changes = {
  v2: {
    label: 'intent-v2',
    message: 'Retrieve more, and say how to decide',
    fields: [
      [prompt, 'prompts/answer-v2.prompt'],
      [topK, 8],
    ],
  },
  v3: {
    label: 'intent-v3',
    message: 'Hand what may be dangerous to a person',
    fields: [[prompt, 'prompts/answer-v3.prompt']],
  },
  v4: {
    label: 'intent-v4',
    message: 'Answer with a model that costs a tenth',
    fields: [
      [prompt, 'prompts/answer-v2.prompt'],
      [chain, [{ provider: 'openai', model: 'atlas-flash' }]],
    ],
  },
  fluent: {
    label: 'intent-v4b',
    message: 'Hand who is in trouble to a person sooner',
    fields: [
      [prompt, 'prompts/answer-fluent.prompt'],
      [
        chain,
        [
          { provider: 'openai', model: 'atlas-large' },
          { provider: 'anthropic', model: 'sonata-large' },
        ],
      ],
    ],
  },
  v5: {
    label: 'intent-v5',
    message: 'Retrieve a little less',
    fields: [
      [prompt, 'prompts/answer-v2.prompt'],
      [topK, 6],
      [
        chain,
        [
          { provider: 'openai', model: 'atlas-large' },
          { provider: 'anthropic', model: 'sonata-large' },
        ],
      ],
    ],
  },
  v6: {
    label: 'intent-v6',
    message: 'Retrieve a little more',
    fields: [[topK, 7]],
  },
} as const satisfies Record<string, DemoChange>;

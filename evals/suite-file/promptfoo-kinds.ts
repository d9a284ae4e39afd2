import { assertionKinds } from '../../domain/evaluation/suite.ts';

/** Types of promptfoo's assertions (0.123). */
const kindsOfPromptfoo: readonly string[] = [
  ...['equals', 'contains', 'icontains', 'contains-all', 'contains-any', 'icontains-all', 'icontains-any'],
  ...['starts-with', 'regex', 'is-json', 'javascript', 'finish-reason', 'latency', 'cost'],
  ...[
    'agent-rubric',
    'answer-relevance',
    'bleu',
    'classifier',
    'contains-html',
    'contains-json',
    'contains-sql',
  ],
  ...[
    'contains-xml',
    'context-faithfulness',
    'context-recall',
    'context-relevance',
    'conversation-relevance',
  ],
  ...[
    'factuality',
    'g-eval',
    'gleu',
    'guardrails',
    'is-html',
    'is-refusal',
    'is-sql',
    'is-valid-function-call',
  ],
  ...[
    'is-valid-openai-function-call',
    'is-valid-openai-tools-call',
    'is-xml',
    'levenshtein',
    'llm-rubric',
    'pi',
  ],
  ...[
    'meteor',
    'model-graded-closedqa',
    'model-graded-factuality',
    'moderation',
    'perplexity',
    'perplexity-score',
  ],
  ...[
    'python',
    'rouge-n',
    'ruby',
    'similar',
    'similar:cosine',
    'similar:dot',
    'similar:euclidean',
    'tool-call-f1',
  ],
  ...['skill-used', 'trajectory:goal-success', 'trajectory:tool-args-match', 'trajectory:step-count'],
  ...['trajectory:tool-sequence', 'trajectory:tool-used', 'trace-error-spans', 'trace-span-count'],
  ...['trace-span-duration', 'search-rubric', 'webhook', 'word-count'],
];

/** Those that Sluice has not: a cell that begins with one is never a text to equal. */
export const kindsElsewhere: readonly string[] = kindsOfPromptfoo.filter((kind) =>
  assertionKinds.every((own) => own !== kind),
);

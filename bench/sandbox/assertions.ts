// How many assertions a second the sandbox answers, each kind for itself: node bench/sandbox/assertions.ts [count]
import type { SandboxQuestion } from '../../sandbox/question.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';

const count = Number(process.argv[2] ?? 500);
const output = `{"intent":"lost_card","reason":"${'a card was lost. '.repeat(20)}"}`;
const schema = { type: 'object', required: ['intent'], properties: { intent: { type: 'string' } } };
const questions: Record<string, SandboxQuestion> = {
  javascript: {
    kind: 'javascript',
    body: 'return JSON.parse(output).intent === context.vars.intent',
    output,
    vars: { intent: 'lost_card' },
  },
  regex: { kind: 'regex', pattern: 'lost_(card|phone)', text: output },
  'is-json': { kind: 'schema', schema, text: output },
};

for (const [kind, question] of Object.entries(questions)) {
  const sandbox = createSandbox();
  const startedMs = performance.now();
  await sandbox.run(question);
  const firstMs = performance.now() - startedMs;
  const fromMs = performance.now();
  await Promise.all(Array.from({ length: count }, () => sandbox.run(question)));
  const tookMs = performance.now() - fromMs;
  sandbox.close();
  const rate = ((count / tookMs) * 1000).toFixed(0);
  console.log(`${kind}: the first after ${firstMs.toFixed(0)} ms, then ${rate} a second`);
}

import { sluice, useFolder } from '../test-fixtures/sluice.ts';

const folder = useFolder();
const validate = () => sluice(['validate'], { cwd: folder.path, env: {} });

it('refuses a plan that asks a metric store which production has not, and says which there are', async () => {
  folder.write('answer.prompt', '{{role "system"}}\nBe kind.\n{{history}}\n');
  const write = (source: string) => {
    const arm = (name: string) => `{ bad: ${name}_bad, exposed: ${name}_all }`;
    const asks = `{ name: orders, kind: prometheus, source: ${source}, candidate: ${arm('c')}, stable: ${arm('s')} }`;
    folder.write(
      'sluice.yaml',
      [
        'app: my-app',
        'revision:',
        '  label: v1',
        '  prompts: { answer: answer.prompt }',
        '  chain: [{ provider: openai, model: gpt-5-mini }]',
        'plans:',
        `  default: { evaluate: skip, guardrails: [${asks}] }`,
      ].join('\n'),
    );
  };
  write('mimir');
  // Without the operator's file nobody knows.
  expect((await validate()).code).toBe(0);
  const providers = 'providers: { openai: { kind: openai, baseUrl: "https://api.openai.com/v1" } }';
  const metrics = 'metrics: { prometheus: { kind: prometheus, url: "https://m.example" } }';
  folder.write('sluice.environments.yaml', `environments: { production: { ${providers}, ${metrics} } }`);
  const refused = await validate();
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(
      /The plan default cannot be measured\. There is no metric store "mimir" \(asked by orders\) .*: there are prometheus\./,
    ) as unknown,
  ]);
  write('prometheus');
  expect((await validate()).code).toBe(0);
});

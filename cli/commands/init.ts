import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { SluiceError } from '../../domain/errors.ts';
import { nameSchema } from '../../domain/names.ts';
import { done } from '../output/outcome.ts';
import type { Command } from './context.ts';
import { fileSchema } from './schema.ts';

export interface InitOptions {
  directory: string;
  name?: string;
  provider: 'openai' | 'anthropic';
}

const models = { openai: 'gpt-5-mini', anthropic: 'claude-haiku-4-5' };

function specText(app: string, provider: InitOptions['provider']): string {
  return `# yaml-language-server: $schema=./.sluice.schema.json
# What serves "${app}": clients ask a gateway for the model "${app}".
app: ${app}

revision:
  # The label defaults to <app>-<short commit>; write one here or pass --label outside of git.
  label: ${app}-v1
  prompts:
    answer: prompts/answer.prompt
  # Tried in this order on errors and time-outs. sluice.environments.yaml says where a provider is.
  chain:
    - { provider: ${provider}, model: ${models[provider]} }
  timeouts: { total: 30s }

evaluate:
  suites: [evals/smoke.yaml]
  gate:
    minPassRate: 0.5
    margin: 0.1

plans:
  default:
    # A new app has little traffic to replay yet; delete this line once it has.
    mirror: skip
    steps:
      - { weight: 5, hold: 10m, minExposures: 20 }
      - { weight: 25, hold: 10m, minExposures: 20 }
      - { weight: 100, hold: 20m, minExposures: 20 }
    guardrails:
      errors: { ratio: 1.25 }
      latency: { slowerThan: 10s }
`;
}

const promptText = `---
description: How the assistant answers
input:
  schema:
    tone?: string, how it should sound
---
{{role "system"}}
You are a helpful assistant. Answer in at most three sentences{{#if tone}}, in a {{tone}} tone{{/if}}.
{{history}}
`;

const suiteText = `# Cases in promptfoo's vocabulary; vars.message is what the user says.
description: The least that must always work
tests:
  - id: greets
    vars: { message: Hello! }
    assert:
      - { type: javascript, value: output.trim().length > 0 }
  - id: knows-a-fact
    critical: true
    vars: { message: What is the capital of France? Answer with its name. }
    assert:
      - { type: icontains, value: paris }
  - id: stays-short
    vars: { message: Explain why the sky is blue., tone: friendly }
    assert:
      - { type: javascript, value: output.length < 1200 }
      - { type: latency, threshold: 20000 }
`;

function writeNew(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { flag: 'wx' });
}

/** Writes a working app into a folder: sluice.yaml, a prompt and a suite. Never writes over a file. */
export const init: Command<InitOptions> = (context, options) => {
  const directory = resolve(context.settings.workingDirectory, options.directory);
  const name = nameSchema.safeParse(options.name ?? basename(directory).toLowerCase());
  if (!name.success) {
    throw new SluiceError('usage', `"${options.name ?? basename(directory)}" cannot be an app's name.`, {
      remedy: 'Pass one with --name: lower-case letters, digits and dashes.',
    });
  }
  const files: Record<string, string> = {
    'sluice.yaml': specText(name.data, options.provider),
    'prompts/answer.prompt': promptText,
    'evals/smoke.yaml': suiteText,
    '.sluice.schema.json': `${JSON.stringify(fileSchema('sluice'), null, 2)}\n`,
  };
  const taken = Object.keys(files).find((file) => existsSync(join(directory, file)));
  if (taken !== undefined) {
    throw new SluiceError('conflict', `${join(directory, taken)} is there already; nothing was written.`, {
      remedy: 'Choose another folder, or move the file away first.',
    });
  }
  for (const [file, text] of Object.entries(files)) writeNew(join(directory, file), text);
  const text = [
    `Wrote ${Object.keys(files).join(', ')} in ${directory}.`,
    'Next:',
    ...(options.directory === '.' ? [] : [`  cd ${options.directory}`]),
    '  sluice validate             check it',
    '  sluice eval                 run its cases against the provider, without a server',
    '  sluice app create --stable  make it serve (with `sluice up` running, and SLUICE_TOKEN set)',
    '  then change the prompt and its label, and: sluice release start --wait',
  ].join('\n');
  return Promise.resolve(done(text, { directory, app: name.data, files: Object.keys(files) }));
};

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../../domain/errors.ts';
import { unknownSources } from '../../domain/release/unknown-sources.ts';
import { metricsQuestions } from '../../domain/guardrail/registry.ts';
import { revisionDigest } from '../../domain/revision/digest.ts';
import { done } from '../output/outcome.ts';
import { packRelease, type Packed } from '../pack/pack.ts';
import { warningsOf } from '../pack/warnings.ts';
import type { Command } from './context.ts';

/** Where releases are judged. */
const environment = 'production';

export interface ValidateOptions {
  readonly file: string;
  readonly label?: string;
  /** In CI: take files that git does not track. */
  readonly allowDirty: boolean;
}

function countedSuite({ name, content }: Packed['suites'][number]): string {
  return `${name} (${content.tests.length})`;
}

/** Checks a `sluice.yaml` and all that it names, and says what a release of it would publish. */
export const validate: Command<ValidateOptions> = async (context, options) => {
  const { file, label, allowDirty: allowUntracked } = options;
  const { settings } = context;
  const packed = await packRelease({ file, label, allowDirty: true, allowUntracked, settings });
  const { app, content, plans } = packed;
  await requireSources(plans, settings.workingDirectory);
  const digest = revisionDigest(content);
  const warnings = warningsOf(packed);
  for (const warning of warnings) context.tell(`warning: ${warning}`);
  const text = [
    `${file} is valid.`,
    `  app       ${app}`,
    `  revision  ${packed.label} (${digest.slice(0, 16)}…)`,
    `  prompts   ${Object.keys(content.prompts).join(', ') || 'none: messages go on unchanged'}`,
    `  chain     ${content.chain.map(({ provider, model }) => `${provider}/${model}`).join(' > ')}`,
    `  suites    ${packed.suites.map(countedSuite).join(', ') || 'none: releases of this app are not evaluated'}`,
    `  plans     ${Object.keys(plans).join(', ')}`,
  ].join('\n');
  const suites = packed.suites.map(({ name }) => name);
  return done(text, { app, label: packed.label, digest, suites, plans, warnings });
};

/** Where the environments file lies beside it; a release is refused by the worker's own as well. */
async function requireSources(plans: Packed['plans'], workingDirectory: string): Promise<void> {
  const path = join(workingDirectory, 'sluice.environments.yaml');
  const asking = Object.entries(plans).filter(([, plan]) => metricsQuestions(plan).length > 0);
  if (asking.length === 0 || !existsSync(path)) return;
  const { readEnvironments } = await import('../up/environments/environments.ts');
  const { metrics = {} } = readEnvironments(path).environments[environment] ?? {};
  for (const [name, plan] of asking) {
    const unknown = unknownSources(plan, { environment, known: Object.keys(metrics) });
    if (unknown === undefined) continue;
    throw new SluiceError('invalid_file', `The plan ${name} cannot be measured. ${unknown}`, {
      remedy: 'Name one that there is as `source`, or add it to the environments file.',
    });
  }
}

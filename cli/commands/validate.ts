import { revisionDigest } from '../../domain/digest.ts';
import { done } from '../output/outcome.ts';
import { packRelease } from '../spec/pack.ts';
import type { Command } from './context.ts';

export interface ValidateOptions {
  file: string;
  label?: string;
}

/** Checks a `sluice.yaml` and all that it names, and says what a release of it would publish. */
export const validate: Command<ValidateOptions> = async (context, { file, label }) => {
  const packed = await packRelease({
    file,
    label: label ?? undefined,
    allowDirty: true,
    environment: context.settings.environment,
  });
  const digest = revisionDigest(packed.content);
  const suites = packed.suites.map(({ name }) => name);
  const text = [
    `${file} is valid.`,
    `  app       ${packed.app}`,
    `  revision  ${packed.label} (${digest.slice(0, 16)}…)`,
    `  prompts   ${Object.keys(packed.content.prompts).join(', ') || 'none: messages go on unchanged'}`,
    `  chain     ${packed.content.chain.map(({ provider, model }) => `${provider}/${model}`).join(' > ')}`,
    `  suites    ${suites.join(', ') || 'none: releases of this app are not evaluated'}`,
    `  plans     ${Object.keys(packed.plans).join(', ')}`,
  ].join('\n');
  return done(text, { app: packed.app, label: packed.label, digest, suites, plans: packed.plans });
};

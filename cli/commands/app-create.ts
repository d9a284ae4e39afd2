import { randomUUID } from 'node:crypto';
import type { App } from '../../api/schemas/apps.ts';
import { SluiceError } from '../../domain/errors.ts';
import { done, type CommandOutcome } from '../output/outcome.ts';
import { packRelease } from '../spec/pack.ts';
import type { Command, CommandContext } from './context.ts';
import { publish } from './release-start.ts';
import { servingOutcome, untilServed } from './serving.ts';

export interface AppCreateOptions {
  /** Checked against the file's, where it is given. */
  name?: string;
  file: string;
  label?: string;
  stable: boolean;
  sampling: 'off' | 'metadata' | 'redacted' | 'full';
  allowDirty: boolean;
}

interface Facts {
  app: App;
  revision: { label: string; digest: string };
}

const environment = 'production';
const confirmWithinMs = 10_000;

/**
 * Makes an app known, publishes its revision, plans and suites, and with `--stable` makes that revision serve, which
 * it says only where the gateways confirm it.
 */
export const appCreate: Command<AppCreateOptions> = async (context, options) => {
  const packed = await packRelease({
    file: options.file,
    label: options.label,
    allowDirty: options.allowDirty,
    settings: context.settings,
  });
  if (options.name !== undefined && options.name !== packed.app) {
    throw new SluiceError('usage', `${options.file} is of the app "${packed.app}", not "${options.name}".`, {
      remedy: `Leave the name out, or pass the file of "${options.name}" with -f.`,
    });
  }
  const { app: name, plans, suites } = packed;
  const body = { name, sampling: options.sampling, publication: { plans, suites } };
  await context.api().post<App>('/v1/apps', body, randomUUID());
  const { digest, label } = await publish(context, packed);
  const stable = options.stable ? { stable: digest, reason: 'First release of the app' } : {};
  const app = await context.api().post<App>('/v1/apps', { ...body, ...stable }, randomUUID());
  const facts = { app, revision: { label, digest } };
  if (options.stable) return confirmStable(context, facts);
  return done(`${name} is there with the revision ${label}; make it serve with: sluice app create --stable`, {
    ...facts,
  });
};

/** Says that the revision serves only once the gateways have said so. */
async function confirmStable(context: CommandContext, facts: Facts): Promise<CommandOutcome> {
  const { name, active } = facts.app;
  const { label, digest } = facts.revision;
  const now = active.find((place) => place.environment === environment)?.stable;
  if (now !== undefined && now.digest !== digest) {
    return done(`${label} was the first revision of ${name}; ${now.label} is stable today.`, { ...facts });
  }
  const serving = await untilServed(context, { app: name, environment, withinMs: confirmWithinMs });
  return { ...servingOutcome(label, serving), json: { ...facts, serving } };
}

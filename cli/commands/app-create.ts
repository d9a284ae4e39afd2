import { randomUUID } from 'node:crypto';
import type { App } from '../../api/schemas/apps.ts';
import { SluiceError } from '../../domain/errors.ts';
import { done } from '../output/outcome.ts';
import { packRelease } from '../spec/pack.ts';
import type { Command } from './context.ts';
import { publish } from './release-start.ts';

export interface AppCreateOptions {
  /** Checked against the file's, where it is given. */
  name?: string;
  file: string;
  label?: string;
  stable: boolean;
  sampling: 'off' | 'metadata' | 'redacted' | 'full';
  allowDirty: boolean;
}

/** Makes an app known, publishes its revision, plans and suites, and with `--stable` makes that revision serve. */
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
  const text = options.stable
    ? `${label} serves ${name}: ask a gateway for the model "${name}".`
    : `${name} is there with the revision ${label}; make it serve with: sluice app create --stable`;
  return done(text, { app, revision: { label, digest } });
};

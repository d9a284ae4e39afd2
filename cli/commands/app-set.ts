import type { App } from '../../api/schemas/apps.ts';
import { SluiceError } from '../../domain/errors.ts';
import { done } from '../output/outcome.ts';
import type { Command } from './context.ts';

export interface AppSetOptions {
  readonly app: string;
  readonly sampling?: App['sampling'];
  readonly samplesPerSecond?: number;
  readonly maxSamples?: number;
  readonly maxFreshSamples?: number;
  readonly maxFreshMegabytes?: number;
  readonly reports?: App['reports'];
  readonly reason?: string;
}

/** Changes what is kept of an app's requests, and whether reports are judged; gateways go by it within about a second. */
export const appSet: Command<AppSetOptions> = async (context, { app, reason, ...settings }) => {
  if (Object.keys(settings).length === 0) {
    throw new SluiceError('usage', 'There is nothing to set.', {
      remedy:
        'Pass --sampling, --samples-per-second, --max-samples, --max-fresh-samples, --max-fresh-megabytes or --reports.',
    });
  }
  const body = { ...settings, ...(reason === undefined ? {} : { reason }) };
  const changed = await context.api().post<App>(`/v1/apps/${encodeURIComponent(app)}`, body);
  const said = changed.reports === 'judged' ? " Callers' reports are judged with the rest." : '';
  return done(describeSampling(changed) + said, { ...changed });
};

function describeSampling({ name, sampling, samplesPerSecond, maxSamples, ...fresh }: App): string {
  if (sampling === 'off') return `${name}: no request is kept.`;
  const what = { metadata: 'metadata alone', redacted: 'redacted content', full: 'full content' }[sampling];
  const kept = `${name}: ${what}, ${samplesPerSecond} requests a second, the newest ${maxSamples} in each environment.`;
  if (sampling !== 'redacted') return kept;
  const { maxFreshSamples, maxFreshMegabytes } = fresh;
  return `${kept} What redaction alters also as it came, for an hour: ${maxFreshSamples} requests, ${maxFreshMegabytes} MB, unless the policy forbids it.`;
}

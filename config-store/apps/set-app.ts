import { unknownApp } from '../../domain/refusals.ts';
import { appendAudit } from '../audit/append-audit.ts';
import { query, queryOne, type Db } from '../postgres/db.ts';
import { appColumns } from './read-app.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { AppRow, Reports, SampleSettings } from './app-row.ts';

type AppSettings = SampleSettings & { readonly reports: Reports };

export interface AppChange {
  readonly app: string;
  /** What is absent stays as it is. */
  readonly settings: { [Name in keyof AppSettings]?: AppSettings[Name] | undefined };
  readonly actor: string;
  readonly reason?: string | undefined;
}

/**
 * Changes what is kept of an app's requests, and what becomes of its callers' reports. What is so already is neither
 * written nor recorded. Throws `not_found` for an unknown app.
 */
export async function setApp(
  db: Db,
  { app, settings, actor, reason }: AppChange,
): Promise<{ readonly changed: boolean; readonly app: AppRow }> {
  return inTransaction(db, async (client) => {
    const [before] = await query<AppRow>(
      client,
      `select ${appColumns} from app where name = $1 for no key update`,
      [app],
    );
    if (before === undefined) throw unknownApp(app);
    const { sampling, samplesPerSecond, maxSamples, maxFreshSamples, maxFreshMegabytes, reports } = before;
    const fresh = { maxFreshSamples, maxFreshMegabytes };
    const was: AppSettings = { sampling, samplesPerSecond, maxSamples, ...fresh, reports };
    const becomes: AppSettings = {
      sampling: settings.sampling ?? sampling,
      samplesPerSecond: settings.samplesPerSecond ?? samplesPerSecond,
      maxSamples: settings.maxSamples ?? maxSamples,
      maxFreshSamples: settings.maxFreshSamples ?? maxFreshSamples,
      maxFreshMegabytes: settings.maxFreshMegabytes ?? maxFreshMegabytes,
      reports: settings.reports ?? reports,
    };
    if (JSON.stringify(was) === JSON.stringify(becomes)) return { changed: false, app: before };
    const row = await queryOne<AppRow>(
      client,
      `update app set sampling = $2, samples_per_second = $3, max_samples = $4, reports = $5,
         max_fresh_samples = $6, max_fresh_megabytes = $7
       where name = $1
       returning ${appColumns}`,
      [
        ...[app, becomes.sampling, becomes.samplesPerSecond, becomes.maxSamples, becomes.reports],
        ...[becomes.maxFreshSamples, becomes.maxFreshMegabytes],
      ],
    );
    const details = { was: { ...was }, becomes: { ...becomes }, ...(reason === undefined ? {} : { reason }) };
    await appendAudit(client, { actor, action: 'app.changed', app, details });
    return { changed: true, app: row };
  });
}

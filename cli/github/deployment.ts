import { z } from 'zod';
import type { Release } from '../../api/schemas/releases.ts';
import { messageOf } from '../../domain/errors.ts';
import type { ReleaseState } from '../../domain/release/release.ts';
import { visibleLine } from '../../domain/text/visible-text.ts';
import { asWritten } from '../output/printable.ts';
import { atShare } from '../output/text/share-text.ts';
import { createGithubClient, type GithubClient } from './github-client.ts';
import type { GithubRun } from './github-run.ts';
import type { PublishParts } from './publish.ts';
import { writeOutputs } from './run-files.ts';

/** What GitHub is told of where a release stands. */
const states: Record<ReleaseState, string> = {
  starting: 'in_progress',
  progressing: 'in_progress',
  rolling_back: 'in_progress',
  paused: 'pending',
  promoted: 'success',
  rolled_back: 'failure',
  blocked: 'failure',
  inconclusive: 'error',
  failed: 'error',
  aborted: 'failure',
  superseded: 'inactive',
};

/** As much of a description as GitHub keeps. */
const mostCharacters = 140;

/** Shows a release as a deployment on GitHub, and each change of it as a status. */
export interface DeploymentReporter {
  /** Tells where the release stands, behind what was told before; returns at once. */
  show(release: Release): void;
  /** Resolves when all has been told. */
  settled(): Promise<void>;
}

export interface DeploymentParts extends PublishParts {
  /** Where people see a release, in the dashboard. */
  readonly pageOf: (id: string) => string;
}

interface Status {
  readonly state: string;
  readonly description: string;
}

/**
 * The deployments of a run, and its page as the output `report`: one for its release, in an environment `app/environment`, so that another app's is not made
 * inactive by it. What GitHub does not take is told loudly once, and changes nothing of the release.
 */
export function createDeploymentReporter({
  run,
  tell,
  command,
  pageOf,
}: DeploymentParts): DeploymentReporter {
  const { token } = run;
  if (token === undefined) {
    tell('no GITHUB_TOKEN: the release is not shown as a deployment');
  }
  const client = token === undefined ? undefined : createGithubClient({ apiUrl: run.apiUrl, token });
  let told: Status | undefined;
  let failed = false;
  let id: number | undefined;
  let telling = Promise.resolve();

  async function tellOf(release: Release, status: Status): Promise<void> {
    if (failed || client === undefined) return;
    try {
      id ??= await createDeployment(client, run, release);
      await client.request('POST', `/repos/${run.repository}/deployments/${id}/statuses`, {
        ...status,
        log_url: run.url,
        environment_url: pageOf(release.id),
        auto_inactive: status.state === 'success',
      });
    } catch (error) {
      failed = true;
      tell(`NOT WRITTEN: the deployment: ${messageOf(error)} ${remedy} The release goes on.`);
      command('::warning title=Sluice could not write the deployment::See the log; the release goes on.');
    }
  }

  return {
    show(release) {
      const status = statusOf(release);
      if (status.state === told?.state && status.description === told.description) return;
      if (told === undefined) writeOutputs(run, { report: pageOf(release.id) });
      told = status;
      telling = telling.then(() => tellOf(release, status));
    },
    settled: () => telling,
  };
}

const remedy = 'Give the job `permissions: { deployments: write }`.';

async function createDeployment(client: GithubClient, run: GithubRun, release: Release): Promise<number> {
  const created = await client.request('POST', `/repos/${run.repository}/deployments`, {
    ref: run.headSha,
    task: 'release',
    environment: `${release.app}/${release.environment}`,
    description: cut(`${release.app} ${release.label}`),
    auto_merge: false,
    // The release has gates of its own, and the checks of this very run are not over yet.
    required_contexts: [],
    production_environment: release.environment === 'production',
    payload: { release: release.id, label: release.label },
  });
  return z.object({ id: z.int() }).parse(created).id;
}

function statusOf({ state, stage, weight, audience, reason }: Release): Status {
  const where = stage === undefined ? '' : ` · ${stage}${atShare({ weight, audience })}`;
  const why = reason === undefined ? '' : ` · ${reason}`;
  return { state: states[state], description: cut(`${state.replaceAll('_', ' ')}${where}${why}`) };
}

function cut(text: string): string {
  const line = visibleLine(String(asWritten(text)));
  return line.length <= mostCharacters ? line : `${line.slice(0, mostCharacters - 1)}…`;
}

import { messageOf } from '../../domain/errors.ts';
import { annotationLines, commandData, type Annotation } from './annotations.ts';
import { writeCheck, type CheckedOutcome } from './check.ts';
import { markerLine, writeComment, type Marker } from './comment.ts';
import { createGithubClient, type GithubClient } from './github-client.ts';
import type { GithubRun } from './github-run.ts';
import { pullRequestOf } from './pull-request.ts';
import { writeSummary } from './run-files.ts';

/** What is said on GitHub, each in its form. */
export interface Publication {
  readonly app: string;
  readonly environment: string;
  readonly outcome: CheckedOutcome;
  readonly check: string;
  readonly title: string;
  /** The comment, given the marker that it begins with. */
  readonly comment: (marker: string) => string;
  /** Markdown of the check, shorter than that of the summary. */
  readonly checkText: string;
  readonly summary: string;
  readonly annotations: readonly Annotation[];
}

export interface PublishedReport {
  /** What could not be written. */
  readonly failed: readonly string[];
}

export interface PublishParts {
  readonly run: GithubRun;
  readonly tell: (text: string) => void;
  /** Writes lines that GitHub acts upon. */
  readonly command: (line: string) => void;
}

/**
 * Says on GitHub what was found: the job's summary and annotations, which need no rights, then the comment and the check,
 * which need a token that may write. What cannot be written is told loudly and changes nothing: the verdict is the command's.
 */
export async function publish(
  publication: Publication,
  { run, tell, command }: PublishParts,
): Promise<PublishedReport> {
  const failed: string[] = [];
  for (const line of annotationLines(publication.annotations)) command(line);
  const loudly = (what: string, why: string): void => {
    failed.push(what);
    tell(`NOT WRITTEN: ${what}: ${why} The verdict stands.`);
    command(`::warning title=Sluice could not write ${what}::${commandData(why)}`);
  };
  await tried(
    () => {
      writeSummary(run, publication.summary);
    },
    (why) => {
      loudly('the job summary', why);
    },
  );
  const { token } = run;
  if (token === undefined) {
    tell('no GITHUB_TOKEN: the report is in the job summary, and there is no comment and no check');
    return { failed };
  }
  const client = createGithubClient({ apiUrl: run.apiUrl, token });
  const withRemedy =
    (what: string) =>
    (why: string): void => {
      loudly(what, `${why} ${remedy}`);
    };
  await tried(() => comment(client, publication, { run, tell }), withRemedy('the comment'));
  const { app, outcome, title, checkText } = publication;
  await tried(
    () => writeCheck(client, run, { name: publication.check, app, outcome, title, summary: checkText }),
    withRemedy(`the check ${publication.check}`),
  );
  return { failed };
}

const remedy =
  'Give the job `permissions: { pull-requests: write, checks: write }`; of a pull request from a fork it has none: see "Forks" in docs/operations/ci.md.';

async function comment(
  client: GithubClient,
  { app, environment, comment: textOf }: Publication,
  { run, tell }: Pick<PublishParts, 'run' | 'tell'>,
): Promise<void> {
  const number = await pullRequestOf(client, run);
  if (number === undefined) {
    if (run.about.kind === 'workflow-run')
      tell('no open pull request has this commit as its head: no comment');
    return;
  }
  const marker: Marker = { app, environment, run };
  const { repository } = run;
  const written = await writeComment(client, {
    repository,
    number,
    marker,
    body: textOf(markerLine(marker)),
  });
  if (written.kind === 'newer') tell('a later run has commented already: its comment stays');
  else tell(`comment: ${written.url ?? `pull request ${number}`}`);
}

async function tried(work: () => Promise<void> | void, failed: (why: string) => void): Promise<void> {
  try {
    await work();
  } catch (error) {
    failed(messageOf(error));
  }
}

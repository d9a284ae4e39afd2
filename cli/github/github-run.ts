import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, SluiceError } from '../../domain/errors.ts';

const text = z.string().min(1);

/** What GitHub Actions says of a run, in its variables. */
const variablesSchema = z.object({
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  GITHUB_SHA: text,
  GITHUB_RUN_ID: z.string().regex(/^\d+$/),
  GITHUB_RUN_ATTEMPT: z.string().regex(/^\d+$/).default('1'),
  GITHUB_API_URL: z.url().default('https://api.github.com'),
  GITHUB_SERVER_URL: z.url().default('https://github.com'),
  GITHUB_EVENT_NAME: text,
  GITHUB_EVENT_PATH: text.optional(),
  GITHUB_STEP_SUMMARY: text.optional(),
  GITHUB_OUTPUT: text.optional(),
  GITHUB_WORKSPACE: text.optional(),
  GITHUB_TOKEN: text.optional(),
});

const commit = z.string().regex(/^[0-9a-f]{40,64}$/);

/** What of an event's payload is gone by. */
const eventSchema = z.object({
  pull_request: z.object({ number: z.int(), head: z.object({ sha: commit }) }).optional(),
  workflow_run: z
    .object({
      id: z.int(),
      run_attempt: z.int().optional(),
      head_sha: commit,
      head_branch: z.string().nullable(),
      head_repository: z.object({ owner: z.object({ login: z.string() }) }).nullish(),
    })
    .optional(),
});

/** A run of GitHub Actions, and what it is about. */
export interface GithubRun {
  readonly apiUrl: string;
  readonly repository: string;
  /** Absent where the workflow hands none on: then only the summary is written. */
  readonly token: string | undefined;
  /** The commit that people have pushed: of a pull request its head, not the merge that is checked out. */
  readonly headSha: string;
  /** The run's page. */
  readonly url: string;
  /** Rises with each run of a repository, and its attempts within it. */
  readonly id: number;
  readonly attempt: number;
  readonly about:
    | { readonly kind: 'pull-request'; readonly number: number }
    /** A run that another one has started: whose pull request it is, GitHub is asked. */
    | { readonly kind: 'workflow-run'; readonly owner: string; readonly branch: string }
    | { readonly kind: 'other' };
  readonly summaryFile: string | undefined;
  readonly outputFile: string | undefined;
  /** The top of the checked-out repository. */
  readonly workspace: string | undefined;
}

/** Reads what the run is about. Throws `usage` where this is no run of GitHub Actions. */
export function readGithubRun(environment: NodeJS.ProcessEnv): GithubRun {
  // An action hands on an input that nobody has set as an empty text.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const read = variablesSchema.safeParse(given);
  if (!read.success) {
    throw new SluiceError('usage', `This is no run of GitHub Actions: ${z.prettifyError(read.error)}`, {
      remedy: 'Use the reporter in a workflow; elsewhere --markdown and --junit write files.',
    });
  }
  const variables = read.data;
  const event = readEvent(variables.GITHUB_EVENT_PATH);
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = variables;
  return {
    apiUrl: variables.GITHUB_API_URL.replace(/\/$/, ''),
    repository,
    token: variables.GITHUB_TOKEN,
    headSha: event.pull_request?.head.sha ?? event.workflow_run?.head_sha ?? variables.GITHUB_SHA,
    url: `${server.replace(/\/$/, '')}/${repository}/actions/runs/${event.workflow_run?.id ?? id}`,
    // What is reported is the run that measured, which may be another one than this.
    id: event.workflow_run?.id ?? Number(id),
    attempt: event.workflow_run?.run_attempt ?? Number(variables.GITHUB_RUN_ATTEMPT),
    about: aboutOf(event),
    summaryFile: variables.GITHUB_STEP_SUMMARY,
    outputFile: variables.GITHUB_OUTPUT,
    workspace: variables.GITHUB_WORKSPACE,
  };
}

function aboutOf({
  pull_request: pull,
  workflow_run: run,
}: z.output<typeof eventSchema>): GithubRun['about'] {
  if (pull !== undefined) return { kind: 'pull-request', number: pull.number };
  const owner = run?.head_repository?.owner.login;
  const branch = run?.head_branch;
  if (owner === undefined || branch === undefined || branch === null) return { kind: 'other' };
  return { kind: 'workflow-run', owner, branch };
}

function readEvent(path: string | undefined): z.output<typeof eventSchema> {
  if (path === undefined) return {};
  try {
    return eventSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new SluiceError('usage', `The event in GITHUB_EVENT_PATH cannot be read: ${messageOf(cause)}`, {
      remedy: 'GitHub writes it; leave the variable as it is.',
      cause,
    });
  }
}

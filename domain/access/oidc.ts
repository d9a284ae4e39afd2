/** Whose tokens of CI may be exchanged: the claims that each provider signs of a run. */
export const oidcProviders = ['github', 'gitlab'] as const;
export type OidcProvider = (typeof oidcProviders)[number];

/** Where the providers' own clouds issue from. Others are the operator's setting, never a caller's word. */
export const cloudIssuers: Readonly<Record<OidcProvider, string>> = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.com',
};

/** What starts a run on the repository's own word; nothing that somebody else's change can set off. */
export const defaultEvents: Readonly<Record<OidcProvider, readonly string[]>> = {
  github: ['push', 'workflow_dispatch', 'schedule'],
  gitlab: ['push', 'web', 'schedule'],
};

/**
 * How often one signed token is exchanged. GitHub signs another one whenever a job asks; GitLab gives a job one, which each
 * command of it shows.
 */
export const mostExchanges: Readonly<Record<OidcProvider, number>> = { github: 1, gitlab: 10 };

/** What an admin has pinned. */
export interface OidcTrust {
  readonly issuer: string;
  readonly audience: string;
  readonly repositoryId: string;
  /** Whole: `refs/heads/main`. */
  readonly ref: string;
  /** Absent: any, and none. */
  readonly environment?: string | undefined;
  /** Path of the workflow's file in its repository. */
  readonly workflow: string;
  readonly events: readonly string[];
}

/** What is known of the run that a token was issued for. */
export interface OidcRun {
  readonly repositoryId: string;
  /** As it is called now; for people, never compared by itself. */
  readonly repository: string;
  readonly ref: string;
  readonly environment?: string | undefined;
  /** The workflow's file, as the provider names it with repository and ref. */
  readonly workflowRef: string;
  readonly event: string;
  /** Who set it off, by the number that does not change. */
  readonly actorId: string;
  readonly runId: string;
}

type Claims = Readonly<Record<string, unknown>>;

/** The claims of a run, by their provider's names. `sub` is none of them: its form is the repository's to change. */
const names: Record<OidcProvider, Record<keyof OidcRun, string>> = {
  github: {
    repositoryId: 'repository_id',
    repository: 'repository',
    ref: 'ref',
    environment: 'environment',
    workflowRef: 'workflow_ref',
    event: 'event_name',
    actorId: 'actor_id',
    runId: 'run_id',
  },
  gitlab: {
    repositoryId: 'project_id',
    repository: 'project_path',
    // Of a merge request's pipeline `ref` is the name of its branch; this one says what it is.
    ref: 'ref_path',
    environment: 'environment',
    workflowRef: 'ci_config_ref_uri',
    event: 'pipeline_source',
    actorId: 'user_id',
    runId: 'pipeline_id',
  },
};

/** The run that a token's claims tell of; undefined where one of them is missing, or is no text. */
export function runOf(provider: OidcProvider, claims: Claims): OidcRun | undefined {
  const claim = names[provider];
  const text = (name: keyof OidcRun): string | undefined => {
    const value = Object.hasOwn(claims, claim[name]) ? claims[claim[name]] : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [repositoryId, repository, ref] = [text('repositoryId'), text('repository'), text('ref')];
  const [workflowRef, event, actorId, runId] = [
    text('workflowRef'),
    text('event'),
    text('actorId'),
    text('runId'),
  ];
  if (repositoryId === undefined || repository === undefined || ref === undefined) return undefined;
  if (workflowRef === undefined || event === undefined || actorId === undefined || runId === undefined) {
    return undefined;
  }
  return {
    repositoryId,
    repository,
    ref,
    environment: text('environment'),
    workflowRef,
    event,
    actorId,
    runId,
  };
}

/** The workflow's file as the provider would name it: compared whole, so that nothing has to be taken apart. */
function workflowRefOf(
  provider: OidcProvider,
  { issuer, workflow, ref }: OidcTrust,
  repository: string,
): string {
  if (provider === 'github') return `${repository}/${workflow}@${ref}`;
  return `${new URL(issuer).host}/${repository}//${workflow}@${ref}`;
}

/** In what a run is not what was pinned; empty where it is. Never the values: they are another's. */
export function mismatches(provider: OidcProvider, trust: OidcTrust, run: OidcRun): string[] {
  const { environment } = trust;
  return [
    ...(run.repositoryId === trust.repositoryId ? [] : ['repository id']),
    ...(run.ref === trust.ref ? [] : ['ref']),
    ...(environment === undefined || run.environment === environment ? [] : ['environment']),
    ...(run.workflowRef === workflowRefOf(provider, trust, run.repository) ? [] : ['workflow']),
    ...(trust.events.includes(run.event) ? [] : ['event']),
  ];
}

/** Whom a run stands for: who set it off, wherever they did. */
export function subjectOf(provider: OidcProvider, issuer: string, { actorId }: OidcRun): string {
  if (issuer === cloudIssuers[provider]) return `${provider}:${actorId}`;
  return `${provider}:${new URL(issuer).host}:${actorId}`;
}

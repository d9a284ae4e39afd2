import { stringify } from 'yaml';
import type {
  PolicyInForceAnswer,
  PolicyPage,
  PolicyReset,
  PublishedPolicy,
} from '../../api/schemas/policies.ts';
import { defaultPolicyScope, policyName } from '../../domain/policy/in-force.ts';
import { done } from '../output/outcome.ts';
import { table } from '../output/style.ts';
import { readPolicyFile } from '../pack/read-policy.ts';
import { createTeamFiles } from '../pack/team-files.ts';
import type { Command } from './context.ts';
import { moreHint } from './more-hint.ts';

/** Where the API keeps the policy of an app, or that of all without one of their own. */
function pathOf(app: string | undefined): string {
  return app === undefined ? '/v1/policy' : `/v1/apps/${encodeURIComponent(app)}/policy`;
}

function whose(scope: string): string {
  return scope === defaultPolicyScope ? 'all apps without a policy of their own' : scope;
}

/** Publishes a policy: every release that is asked for, or opened, from then on has to keep it. */
export const policySet: Command<{
  readonly file: string;
  readonly app?: string;
  readonly reason?: string;
}> = async (context, { file, app, reason }) => {
  const policy = readPolicyFile(createTeamFiles(context.settings.workingDirectory, file), file);
  const body = { policy, ...(reason === undefined ? {} : { reason }) };
  const published = await context.api().post<PublishedPolicy>(pathOf(app), body);
  const { scope, version, digest, created, knownApp } = published;
  if (!knownApp) context.tell(`there is no app "${scope}" yet: the policy waits for it`);
  const what = `version ${version} (${digest.slice(0, 12)}…) of the policy of ${whose(scope)}`;
  return done(created ? `Published ${what}.` : `In force already: ${what}.`, { ...published });
};

/** Shows the policy that is in force, complete, as a file that `policy set` takes. */
export const policyShow: Command<{ readonly app?: string }> = async (context, { app }) => {
  const inForce = await context.api().read<PolicyInForceAnswer>(pathOf(app));
  const { scope, digest, policy } = inForce;
  const head = [
    `# The ${policyName(inForce)}: ${digest}`,
    ...(app !== undefined && scope === defaultPolicyScope
      ? [`# ${app} has none of its own; publish one: sluice policy set FILE --app ${app}`]
      : []),
  ];
  return done(`${head.join('\n')}\n${stringify(policy).trimEnd()}`, { ...inForce });
};

/** Takes an app's own policy, or that of all apps, out of force. */
export const policyReset: Command<{ readonly app?: string; readonly reason?: string }> = async (
  context,
  { app, reason },
) => {
  const body = reason === undefined ? {} : { reason };
  const now = await context.api().post<PolicyReset>(`${pathOf(app)}/reset`, body);
  const of = whose(app ?? defaultPolicyScope);
  const said = now.reset ? `The policy of ${of} is reset` : `Nobody has published a policy of ${of}`;
  return done(`${said}. In force: the ${policyName(now)}.`, { ...now });
};

/** Lists what was published, newest first. */
export const policyHistory: Command<{
  readonly app?: string;
  readonly limit: number;
  readonly cursor?: string;
}> = async (context, { app, limit, cursor }) => {
  const query = new URLSearchParams({ limit: String(limit) });
  if (cursor !== undefined) query.set('cursor', cursor);
  const page = await context.api().get<PolicyPage>(`${pathOf(app)}/history?${query.toString()}`);
  const rows = page.items.map(({ version, digest, at, actor, reason }) => [
    String(version),
    digest?.slice(0, 12) ?? '(reset)',
    at,
    actor,
    reason ?? '',
  ]);
  const nothing = `Nobody has published a policy of ${whose(app ?? defaultPolicyScope)}.`;
  const text = rows.length === 0 ? nothing : table([['VERSION', 'DIGEST', 'AT', 'WHO', 'WHY'], ...rows]);
  const command = app === undefined ? 'policy history' : `policy history ${app}`;
  return done(text + moreHint(command, { limit }, page.nextCursor), { ...page });
};

import type { Pool } from 'pg';
import { z } from 'zod';
import { listPolicies } from '../../config-store/policies/list-policies.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { readApp } from '../../config-store/apps/read-app.ts';
import { readPolicy } from '../../config-store/policies/read-policy.ts';
import { resetPolicy } from '../../config-store/policies/reset-policy.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { defaultPolicyScope } from '../../domain/policy/in-force.ts';
import { assertKeepable } from '../../domain/policy/keepable.ts';
import { defineRoute, type Route } from '../http/route.ts';
import {
  policyInForceSchema,
  policyPageSchema,
  policyResetSchema,
  publishedPolicySchema,
  publishPolicySchema,
  resetPolicySchema,
} from '../schemas/policies.ts';
import { pageQuerySchema } from '../schemas/shared.ts';

const appParams = z.object({ app: nameSchema });

type Publication = z.output<typeof publishPolicySchema>;

async function publish(db: Pool, scope: string, { policy, reason }: Publication, actor: string) {
  assertKeepable(policy);
  const { version, created } = await publishPolicy(db, { scope, policy, actor, reason });
  const knownApp = scope === defaultPolicyScope || (await readApp(db, scope)) !== undefined;
  const body = { scope, version, digest: digestOf(policy), created, knownApp };
  return { status: created ? 201 : 200, body };
}

/** In force after it is what the scope without a policy of its own goes by. */
async function reset(
  db: Pool,
  scope: string,
  { reason, actor }: { readonly reason: string | undefined; readonly actor: string },
) {
  const done = await resetPolicy(db, { scope, actor, reason });
  return { status: 200, body: { ...(await readPolicy(db, scope)), reset: done.reset } };
}

const resetAnswers = {
  200: { description: 'What is in force now', schema: policyResetSchema },
};

const published = {
  200: { description: 'It was in force already', schema: publishedPolicySchema },
  201: { description: 'Published, and in force', schema: publishedPolicySchema },
};

/** Of all apps that have no policy of their own. */
function defaultPolicyRoutes(db: Pool): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/policy',
      operationId: 'publishDefaultPolicy',
      summary: 'Publish the policy of all apps that have none of their own',
      role: 'admin',
      action: 'policy',
      concerns: 'all',
      body: publishPolicySchema,
      answers: published,
      handle: ({ body, actor }) => publish(db, defaultPolicyScope, body, actor),
    }),
    defineRoute({
      method: 'post',
      path: '/v1/policy/reset',
      operationId: 'resetDefaultPolicy',
      summary: 'Go back to the policy that Sluice ships, for all apps that have none of their own',
      role: 'admin',
      action: 'policy',
      concerns: 'all',
      body: resetPolicySchema,
      answers: resetAnswers,
      handle: ({ body: { reason }, actor }) => reset(db, defaultPolicyScope, { reason, actor }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/policy',
      operationId: 'getDefaultPolicy',
      summary: 'Show the policy of all apps that have none of their own',
      role: 'viewer',
      action: 'read',
      concerns: 'all',
      answers: { 200: { description: 'The policy in force', schema: policyInForceSchema } },
      async handle() {
        return { status: 200, body: await readPolicy(db) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/policy/history',
      operationId: 'listDefaultPolicies',
      summary: 'List what was published as the policy of all apps, newest first',
      role: 'viewer',
      action: 'read',
      concerns: 'all',
      query: pageQuerySchema,
      answers: { 200: { description: 'A page of policies', schema: policyPageSchema } },
      async handle({ query }) {
        return { status: 200, body: await listPolicies(db, { scope: defaultPolicyScope, ...query }) };
      },
    }),
  ];
}

/** Of one app, which need not be there yet: a policy may stand before the first revision does. */
function appPolicyRoutes(db: Pool): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/apps/{app}/policy',
      operationId: 'publishPolicy',
      summary: "Publish an app's own policy, in place of the one of all apps",
      role: 'admin',
      action: 'policy',
      concerns: 'path.app',
      params: appParams,
      body: publishPolicySchema,
      answers: published,
      handle: ({ params: { app }, body, actor }) => publish(db, app, body, actor),
    }),
    defineRoute({
      method: 'post',
      path: '/v1/apps/{app}/policy/reset',
      operationId: 'resetPolicy',
      summary: 'Take an app’s own policy out of force: it goes by that of all apps again',
      role: 'admin',
      action: 'policy',
      concerns: 'path.app',
      params: appParams,
      body: resetPolicySchema,
      answers: resetAnswers,
      handle: ({ params: { app }, body: { reason }, actor }) => reset(db, app, { reason, actor }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/apps/{app}/policy',
      operationId: 'getPolicy',
      summary: 'Show the policy that is in force for an app',
      role: 'viewer',
      action: 'read',
      concerns: 'path.app',
      params: appParams,
      answers: { 200: { description: 'The policy in force', schema: policyInForceSchema } },
      async handle({ params: { app } }) {
        return { status: 200, body: await readPolicy(db, app) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/apps/{app}/policy/history',
      operationId: 'listPolicies',
      summary: "List what was published as an app's own policy, newest first",
      role: 'viewer',
      action: 'read',
      concerns: 'path.app',
      params: appParams,
      query: pageQuerySchema,
      answers: { 200: { description: 'A page of policies', schema: policyPageSchema } },
      async handle({ params: { app }, query }) {
        return { status: 200, body: await listPolicies(db, { scope: app, ...query }) };
      },
    }),
  ];
}

/** What admins demand of releases: published, never changed, never taken from a requester's repository. */
export function policyRoutes({ db }: { readonly db: Pool }): Route[] {
  return [...defaultPolicyRoutes(db), ...appPolicyRoutes(db)];
}

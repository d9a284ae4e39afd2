import type { Pool } from 'pg';
import { z } from 'zod';
import { listPolicies } from '../../config-store/list-policies.ts';
import { publishPolicy } from '../../config-store/publish-policy.ts';
import { readApp } from '../../config-store/read-app.ts';
import { readPolicy } from '../../config-store/read-policy.ts';
import { digestOf } from '../../domain/digest.ts';
import { nameSchema } from '../../domain/names.ts';
import { defaultPolicyScope } from '../../domain/policy/in-force.ts';
import { assertKeepable } from '../../domain/policy/keepable.ts';
import { defineRoute, type Route } from '../route.ts';
import {
  policyInForceSchema,
  policyPageSchema,
  publishedPolicySchema,
  publishPolicySchema,
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
      body: publishPolicySchema,
      answers: published,
      handle: ({ body, actor }) => publish(db, defaultPolicyScope, body, actor),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/policy',
      operationId: 'getDefaultPolicy',
      summary: 'Show the policy of all apps that have none of their own',
      role: 'viewer',
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
      params: appParams,
      body: publishPolicySchema,
      answers: published,
      handle: ({ params: { app }, body, actor }) => publish(db, app, body, actor),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/apps/{app}/policy',
      operationId: 'getPolicy',
      summary: 'Show the policy that is in force for an app',
      role: 'viewer',
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
export function policyRoutes({ db }: { db: Pool }): Route[] {
  return [...defaultPolicyRoutes(db), ...appPolicyRoutes(db)];
}

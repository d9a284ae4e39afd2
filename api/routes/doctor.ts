import type { Pool } from 'pg';
import { listAppNames } from '../../config-store/apps/list-app-names.ts';
import { readClock } from '../../config-store/postgres/read-clock.ts';
import { findingsOfApp } from '../../domain/doctor/findings-of-app.ts';
import { findingsOfServer } from '../../domain/doctor/findings-of-server.ts';
import { appFacts, serverFacts } from '../doctor/facts.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { ReleaseWorkflows } from '../releases/release-workflows.ts';
import { diagnosisSchema, doctorQuerySchema } from '../schemas/dashboard/doctor.ts';

export interface DoctorParts {
  readonly db: Pool;
  readonly workflows: Pick<ReleaseWorkflows, 'assertReachable'>;
  readonly environments: readonly string[];
  readonly webhooks: readonly { readonly name: string }[];
}

const mostApps = 50;

/** Whether all parts are as they should be, and apps as the checklist for production asks. */
export function doctorRoute({ db, workflows, environments, webhooks }: DoctorParts): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/doctor',
    operationId: 'diagnose',
    summary: 'Say what is not as it should be, and what to do about it',
    role: 'viewer',
    action: 'read',
    concerns: 'listed',
    query: doctorQuerySchema,
    answers: { 200: { description: 'What was found', schema: diagnosisSchema } },
    async handle({ query, caller }) {
      const all = (await listAppNames(db)).filter((app) => caller.apps?.includes(app) !== false);
      const asked = query.app === undefined ? all : all.filter((app) => app === query.app);
      const apps = asked.slice(0, mostApps);
      const at = await readClock(db);
      const apiAheadMs = Date.now() - Date.parse(at);
      const [ofServer, ofApps] = await Promise.all([
        serverFacts(db, { workflows, environments, apiAheadMs, webhooks: webhooks.map(({ name }) => name) }),
        appFacts(db, apps),
      ]);
      const nowMs = Date.parse(at);
      const findings = [
        ...findingsOfServer(ofServer),
        ...ofApps.flatMap((each) => findingsOfApp(each, nowMs)),
      ];
      return { status: 200, body: { at, findings, apps, more: asked.length - apps.length } };
    },
  });
}

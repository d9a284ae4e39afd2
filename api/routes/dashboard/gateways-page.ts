import type { Pool } from 'pg';
import { gatewaysView } from '../../dashboard/gateways-view.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { gatewaysViewSchema } from '../../schemas/dashboard/gateways-view.ts';

/** All gateways as a page shows them. */
export function gatewaysPageRoute(parts: {
  readonly db: Pool;
  readonly environments: readonly string[];
}): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/gateways',
    operationId: 'viewGateways',
    summary:
      'Show every gateway of the last hour and every application that decides by itself, with what each serves',
    role: 'viewer',
    action: 'read',
    concerns: 'listed',
    answers: { 200: { description: 'As they said last', schema: gatewaysViewSchema } },
    async handle({ caller }) {
      return { status: 200, body: await gatewaysView(parts, caller) };
    },
  });
}

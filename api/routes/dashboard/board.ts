import type { Pool } from 'pg';
import { boardOf } from '../../dashboard/board.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { callerSchema } from '../../schemas/dashboard/me.ts';
import { boardPageSchema, boardQuerySchema } from '../../schemas/dashboard/releases.ts';

/** The releases as whoever asks has to look at them, and who that is. */
export function boardRoutes({ db }: { readonly db: Pool }): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/me',
      operationId: 'getCaller',
      summary: 'Say who asks: what the token may do',
      role: 'viewer',
      action: 'read',
      concerns: 'listed',
      answers: { 200: { description: 'What the token says', schema: callerSchema } },
      handle({ caller: { name, actor, subject, role, actions, apps, content } }) {
        const of = {
          ...(actions === undefined ? {} : { actions: [...actions] }),
          ...(apps === undefined ? {} : { apps: [...apps] }),
        };
        return Promise.resolve({ status: 200, body: { name, actor, subject, role, content, ...of } });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/board',
      operationId: 'readBoard',
      summary: 'List releases as lines to look at: what needs you first, then what is open, then the newest',
      role: 'viewer',
      action: 'read',
      concerns: 'listed',
      query: boardQuerySchema,
      answers: { 200: { description: 'A page of 50 at the most', schema: boardPageSchema } },
      async handle({ query, caller }) {
        return { status: 200, body: await boardOf(db, query, caller) };
      },
    }),
  ];
}

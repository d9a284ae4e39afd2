import { mayActAs, roles, type Role } from '../domain/roles.ts';
import { apiRoutes } from './routes/index.ts';
import type { Problem } from './schemas/shared.ts';
import { useApi } from './test-fixtures/api-under-test.ts';

const api = useApi();

/** What each operation needs; a route that is not here fails the test below. */
const needed: Record<string, Role> = {
  createApp: 'releaser',
  changeApp: 'admin',
  publishRevision: 'releaser',
  listApps: 'viewer',
  getApp: 'viewer',
  getActive: 'viewer',
  getRevision: 'viewer',
  getServing: 'viewer',
  startRelease: 'releaser',
  listReleases: 'viewer',
  getRelease: 'viewer',
  pauseRelease: 'releaser',
  resumeRelease: 'releaser',
  abortRelease: 'releaser',
  promoteRelease: 'releaser',
  rollback: 'operator',
  healSplit: 'operator',
  startFirstEvaluation: 'releaser',
  getFirstEvaluation: 'viewer',
  publishDefaultPolicy: 'admin',
  resetDefaultPolicy: 'admin',
  getDefaultPolicy: 'viewer',
  listDefaultPolicies: 'viewer',
  publishPolicy: 'admin',
  resetPolicy: 'admin',
  getPolicy: 'viewer',
  listPolicies: 'viewer',
  listAudit: 'viewer',
  verifyAudit: 'viewer',
  createToken: 'admin',
  listTokens: 'admin',
  revokeToken: 'admin',
  watchRelease: 'viewer',
};

// The table alone is looked at here: nothing of what it is made over is touched.
const { routes, eventRoutes } = apiRoutes({
  environments: [],
  db: undefined as never,
  workflows: undefined as never,
  feed: undefined as never,
});
const operations = [...routes, ...eventRoutes.map((route) => ({ ...route, method: 'get' as const }))];

it('is decided for every operation', () => {
  const decided = Object.fromEntries(operations.map(({ operationId, role }) => [operationId, role]));
  expect(decided).toEqual(needed);
});

describe.each(operations.map((route) => [route.operationId, route] as const))('%s', (operationId, route) => {
  it.each(roles)('as %s', async (role) => {
    // Whoever may do this is told what is wrong with the request, and no more: the body says nothing.
    const path = route.path.replaceAll(/\{\w+\}/g, 'missing');
    const { status, body } = await api[route.method]<Problem>(path, { as: role });
    if (mayActAs(role, needed[operationId] ?? 'admin')) expect([401, 403, 500]).not.toContain(status);
    else expect([status, body.code]).toEqual([403, 'forbidden']);
  });

  it('without a token', async () => {
    const { status } = await api[route.method](route.path.replaceAll(/\{\w+\}/g, 'missing'), {
      as: undefined,
    });
    expect(status).toBe(401);
  });
});

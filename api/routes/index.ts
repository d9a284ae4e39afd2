import type { Pool } from 'pg';
import type { ReleaseWorkflows } from '../release-workflows.ts';
import type { Route } from '../route.ts';
import { appRoutes } from './apps.ts';
import { auditRoute } from './audit.ts';
import { releaseRoutes } from './releases.ts';
import { rollbackRoute } from './rollback.ts';

/** All operations of the control plane. */
export function apiRoutes(parts: {
  db: Pool;
  workflows: ReleaseWorkflows;
  environments: readonly string[];
}): Route[] {
  return [...appRoutes(parts), ...releaseRoutes(parts), rollbackRoute(parts), auditRoute(parts)];
}

import type { Pool } from 'pg';
import { rollback, type RollbackRequest } from '../splits/rollback.ts';
import { environment } from './release-fixture.ts';

let presses = 0;

/** One press of a person's, each with an operation of its own. */
export function press(
  db: Pool,
  app: string,
  more: Partial<RollbackRequest> = {},
): ReturnType<typeof rollback> {
  presses += 1;
  const request = {
    app,
    environment,
    actor: 'user:ada',
    reason: 'bad answers',
    operationId: `press-${presses}`,
  };
  return rollback(db, { ...request, ...more });
}

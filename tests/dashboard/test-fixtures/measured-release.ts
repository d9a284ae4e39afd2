import type { ApiUnderTest } from '../../../api/test-fixtures/api-under-test.ts';
import { canaryWith } from '../../../api/test-fixtures/canary-with.ts';

/** A release at 5 % of which a dozen checks have been made. */
export function startMeasured(api: ApiUnderTest): Promise<{ readonly app: string; readonly id: string }> {
  return canaryWith(
    api,
    Array.from({ length: 12 }, (_, i) => ({ exposed: 60, candidateBad: i % 3, stableBad: i % 2 })),
  );
}

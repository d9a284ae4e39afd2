import type { SealedPlace } from './sealing.ts';

/** Where a part of a mirrored pair belongs: sealed bytes open there alone. */
export function mirroredPlace({
  app,
  environment,
  runId,
  caseId,
  part,
}: {
  readonly app: string;
  readonly environment: string;
  readonly runId: string;
  readonly caseId: string;
  readonly part: string;
}): SealedPlace {
  return { kind: 'mirrored', app, environment, id: JSON.stringify([runId, caseId, part]) };
}

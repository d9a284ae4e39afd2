import type { Pool } from 'pg';
import { keepMirrored, type MirroredPart } from '../../config-store/evaluations/mirrored.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { PinnedAnswered } from '../../evals/targets/pinned-answer.ts';
import type { SealingKeys } from '../../program/data-keys.ts';
import { mirroredPlace } from '../../program/mirrored-place.ts';
import { seal } from '../../program/sealing.ts';
import type { Sample } from '../../protocols/samples/sample.ts';
import { saidOf, spokenOf } from '../../protocols/samples/spoken.ts';

/** How what people may see of a mirror is kept. */
export interface KeptMirrored {
  readonly keys: SealingKeys;
  /** Strikes what is somebody's own in every text of a value. */
  readonly redact: (value: JsonValue) => JsonValue;
}

export interface MirroredAnswerToKeep {
  readonly runId: string;
  readonly app: string;
  readonly environment: string;
  readonly caseId: string;
  readonly arm: 'candidate' | 'stable';
  readonly sample: Sample;
  readonly answer: PinnedAnswered;
}

/** Keeps a request and the answer of one arm to it, redacted and sealed (invariant 22). */
export async function keepMirroredAnswer(
  db: Pool,
  { keys, redact }: KeptMirrored,
  { runId, app, environment, caseId, arm, sample, answer }: MirroredAnswerToKeep,
): Promise<void> {
  const keep = async (part: MirroredPart, content: JsonValue): Promise<void> => {
    const place = mirroredPlace({ app, environment, runId, caseId, part });
    const body = seal(keys, place, Buffer.from(JSON.stringify(redact(content))));
    await keepMirrored(db, { runId, caseId, part, body });
  };
  if (arm === 'stable') await keep('request', spokenOf(sample));
  await keep(arm, saidOf(answer));
}

import type { Pool } from 'pg';
import { admissionOf } from '../../analysis/judges/admission.ts';
import { calibrationOf, type LabelledCounts } from '../../analysis/judges/calibration.ts';
import { correctedRate } from '../../analysis/judges/corrected-rate.ts';
import type { CalibrationRow } from '../../config-store/judges/calibration-row.ts';
import { flipsOf, type NamedPlaces } from '../../analysis/judges/places.ts';
import { insertCalibration } from '../../config-store/judges/insert-calibration.ts';
import { newestCalibrations } from '../../config-store/judges/newest-calibrations.ts';
import { SluiceError } from '../../domain/errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import {
  calibrateRightsSchema,
  calibrateSchema,
  judgeListSchema,
  judgeStateSchema,
  type JudgeState,
} from '../schemas/judges.ts';

/** Judges as their labels show them: which of them may decide. */
export function judgeRoutes({ db }: { readonly db: Pool }): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/judges/calibrations',
      operationId: 'calibrateJudge',
      summary: 'Keep what a judge said of labelled answers: by the newest of these it may decide, or not',
      role: 'admin',
      action: 'policy',
      concerns: 'all',
      body: calibrateSchema,
      answers: { 201: { description: 'What is known of the judge now', schema: judgeStateSchema } },
      async handle({ body, actor }) {
        requireBothLabels(body);
        requirePairs(body);
        return { status: 201, body: stateOf(await insertCalibration(db, { ...body, actor })) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/judges/calibrations/rights',
      operationId: 'mayCalibrateJudge',
      summary: 'Whether the caller may keep a calibration: asked before a judge is paid for its verdicts',
      role: 'admin',
      action: 'policy',
      concerns: 'all',
      answers: { 200: { description: 'It may', schema: calibrateRightsSchema } },
      handle: () => Promise.resolve({ status: 200, body: { mayCalibrate: true as const } }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/judges',
      operationId: 'listJudges',
      summary: 'The newest calibration of each judge, and whether it may decide',
      role: 'viewer',
      action: 'read',
      concerns: 'listed',
      answers: { 200: { description: 'The judges that were ever calibrated', schema: judgeListSchema } },
      async handle() {
        return { status: 200, body: { items: (await newestCalibrations(db)).map(stateOf) } };
      },
    }),
  ];
}

function requireBothLabels({ goodPassed, goodFailed, badPassed, badFailed }: LabelledCounts): void {
  if (goodPassed + goodFailed > 0 && badPassed + badFailed > 0) return;
  throw new SluiceError('invalid_request', 'A judge is calibrated on good answers and on bad ones.', {
    remedy: 'Label answers of both kinds.',
  });
}

function requirePairs({ pairs, flips }: NamedPlaces): void {
  if (flips <= pairs) return;
  throw new SluiceError('invalid_request', 'Of the pairs no more than all can be `flips`.');
}

/** Shares of passed answers for which people are told what they mean. */
const passedShares = [0.5, 0.7, 0.9];
const judgedAnswers = 1_000;

function correctedBy(labels: LabelledCounts): JudgeState['corrected'] {
  return passedShares.map((passed) => ({
    passed,
    good: correctedRate({ passed: { hits: passed * judgedAnswers, of: judgedAnswers }, labels }),
  }));
}

function stateOf(row: CalibrationRow): JudgeState {
  const admission = admissionOf(row);
  const flips = flipsOf(row);
  return {
    ...row,
    ...calibrationOf(row),
    ...(flips === undefined ? {} : { byPlace: flips }),
    corrected: correctedBy(row),
    mayDecide: admission.kind === 'admitted',
    ...(admission.kind === 'admitted' ? {} : { why: admission.why }),
  };
}

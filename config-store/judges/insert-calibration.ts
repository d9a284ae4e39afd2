import { queryOne, type Db } from '../postgres/db.ts';
import { newId } from '../postgres/ids.ts';
import { calibrationColumns, type CalibrationRow } from './calibration-row.ts';

/** Keeps what a judge said of labelled answers; its audit entry commits with it (invariant 11). */
export function insertCalibration(db: Db, found: Omit<CalibrationRow, 'id' | 'at'>): Promise<CalibrationRow> {
  const { judge, name, environment, goodPassed, goodFailed, badPassed, badFailed, notJudged } = found;
  return queryOne<CalibrationRow>(
    db,
    `with made as (
       insert into judge_calibration (id, judge_digest, name, environment, good_passed, good_failed, bad_passed,
         bad_failed, not_judged, labels_digest, actor, pairs, flips)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning *),
     audited as (
       insert into audit_entry (actor, action, details)
       select actor, 'judge.calibrated', jsonb_build_object('id', id, 'judge', judge_digest, 'name', name,
         'environment', environment, 'labels', labels_digest) from made)
     select ${calibrationColumns} from made`,
    [
      ...[newId('cal'), judge, name, environment, goodPassed, goodFailed, badPassed, badFailed, notJudged],
      ...[found.labelsDigest, found.actor, found.pairs, found.flips],
    ],
  );
}

import { query, type Db } from '../postgres/db.ts';
import { calibrationColumns, type CalibrationRow } from './calibration-row.ts';

/** The newest calibration of each judge, or of these alone: what is known of it. */
export function newestCalibrations(db: Db, judges?: readonly string[]): Promise<CalibrationRow[]> {
  return query<CalibrationRow>(
    db,
    `select distinct on (judge_digest) ${calibrationColumns} from judge_calibration
     where $1::text[] is null or judge_digest = any($1)
     order by judge_digest, at desc, id desc`,
    [judges],
  );
}

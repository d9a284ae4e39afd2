import type { SampleRow } from '../../../config-store/evaluations/eval-run-row.ts';
import type { DataKeys } from '../../../program/data-keys.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { courseOf } from '../../../activities/looks/judging/course.ts';
import { listReleases } from '../../../config-store/releases/list-releases.ts';
import { readCounts } from '../../../config-store/looks/read-counts.ts';
import { open } from '../../../program/sealing.ts';

/** Which rows of a table are kept, in which order; the recording is to stay small. */
const tables: Readonly<Record<string, string>> = {
  app: 'order by name',
  revision: 'order by created_at',
  release: 'order by created_at',
  split: 'order by app, environment',
  split_history: 'order by environment, version',
  command: 'order by id',
  stage_result: 'order by release_id, ended_at',
  evidence: 'order by measured_at',
  lease: '',
  gateway_instance: 'order by started_at',
  arm_counter: 'order by environment, split_version, arm, gateway_id, boot_id',
  charged_subject: 'order by release_id, at',
  seen_subject: 'order by environment, split_version, subject_hash',
  eval_run: 'order by created_at',
  eval_result: `where run_id not in (select id || '-evaluation' from release where state = 'rolled_back')
    order by run_id, case_id, revision, target, repeat`,
};
const samplesKept = 30;

/** Writes a file a table, each row a line: what it is as PostgreSQL says it in JSON. Samples are opened. */
export async function writeRows(db: Pool, keys: DataKeys, folder: string): Promise<void> {
  for (const [table, order] of Object.entries(tables)) {
    const { rows } = await db.query<{ line: string }>(
      `select to_jsonb(row)::text as line from (select * from ${table} ${order}) as row`,
    );
    write(
      folder,
      table,
      rows.map(({ line }) => line),
    );
  }
  await writeCounts(db, folder);
  await writeCourses(db, folder);
  const samples = await db.query<SampleRow & { body: Buffer }>(
    `select id, app, environment, revision, arm, metadata, body from sample where body is not null
     order by created_at, id limit ${samplesKept}`,
  );
  write(
    folder,
    'sample',
    samples.rows.map(({ id, ...sample }) => {
      const body = open(keys, { kind: 'sample', id, ...sample }, sample.body);
      return JSON.stringify({ ...sample, body: JSON.parse(body.toString('utf8')) as unknown });
    }),
  );
}

/** What the counters of each release come to, as this code reads them. */
async function writeCounts(db: Pool, folder: string): Promise<void> {
  const { rows } = await db.query<{
    app: string;
    environment: string;
    releaseId: string;
    splitVersions: number[];
  }>(
    `select app, environment, release_id as "releaseId", array_agg(version::int order by version) as "splitVersions"
     from split_history where release_id is not null group by 1, 2, 3 order by 3`,
  );
  const counts = await Promise.all(
    rows.map(async (request) => ({ request, versions: (await readCounts(db, request)).versions })),
  );
  write(
    folder,
    'counts',
    counts.map((each) => JSON.stringify(each)),
  );
}

function write(folder: string, kind: string, lines: readonly string[]): void {
  writeFileSync(join(folder, `${kind}.json`), `[\n${lines.join(',\n')}\n]\n`);
}

/** The plan of each release as its workflow walks it. */
async function writeCourses(db: Pool, folder: string): Promise<void> {
  const { items } = await listReleases(db, { limit: 50 });
  write(
    folder,
    'courses',
    items.map(({ id, plan }) => JSON.stringify({ releaseId: id, ...courseOf(plan) })),
  );
}

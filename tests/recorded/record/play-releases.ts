import type { Pool } from 'pg';
import { releaseWorkflowId } from '../../../domain/release/release.ts';
import { callerFields } from '../../../domain/revision/revision.ts';
import { changes } from '../../../examples/demo/verify/changes.ts';
import { textOf } from '../../../examples/demo/journey.ts';
import type { DemoWorld } from '../../../examples/demo/world.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { HistoryRecorder } from './histories.ts';
import { plans } from './plans.ts';
import { sendVaried, variedRequests } from './varied-requests.ts';

const app = 'bank-support';
const workflowId = releaseWorkflowId(app);
const ratePerSecond = 30;

/**
 * Four releases: one that is promoted, one that its evaluation blocks, one that live traffic takes back, and one that is
 * paused, loses a gateway, goes on and is aborted. Histories are kept at the ends and in the middle.
 */
export async function playReleases(
  world: DemoWorld,
  db: Pool,
  histories: HistoryRecorder,
  say: (line: string) => void,
): Promise<void> {
  const run = async (args: readonly string[]) => {
    say(`sluice ${args.join(' ')}`);
    const ran = await world.commands.sluice(args);
    say(`  exit code ${ran.code} ${ran.stderr.trimEnd().split('\n').at(-1) ?? ''}`);
    return ran;
  };
  const start = async (plan: string) => {
    const { json, stderr } = await run(['release', 'start', '--plan', plan]);
    const id = textOf(json, 'release', 'id');
    if (!id.startsWith('rel')) throw new Error(`No release was started: ${stderr}`);
    return id;
  };
  const until = (what: string, sql: string, id: string) =>
    waitFor(async () => (await db.query<{ held: boolean }>(sql, [id])).rows[0]?.held === true, {
      what,
      timeoutMs: 180_000,
      intervalMs: 100,
    });
  const untilLook = (id: string, stage: string, look: number) =>
    until(
      `look ${look} of ${stage}`,
      `select exists (select from evidence where release_id = $1 and stage = '${stage}' and look >= ${look}) as held`,
      id,
    );
  const untilState = (id: string, state: string) =>
    until(`${id} is ${state}`, `select state = '${state}' as held from release where id = $1`, id);
  const untilEnded = (id: string) =>
    until(`the end of ${id}`, 'select closed_at is not null as held from release where id = $1', id);

  const fields = Object.entries(plans).map(([name, plan]) => [['plans', name], plan] as const);
  const caller = [['revision', 'caller'], callerFields] as const;
  world.app.apply({ label: 'intent-v1', message: 'Plans of seconds', fields: [...fields, caller] });
  await run(['app', 'create', '--stable']);
  const gateway = world.stack.connections.productionGateways[0] ?? '';
  for (const [i, request] of variedRequests.entries()) {
    const answer = await sendVaried(gateway, request);
    say(`${request.path}: ${answer}`);
    if (answer !== '200') throw new Error(answer);
    await until(`sample ${i + 1}`, `select count(*) > ${i} as held from sample where app = $1`, app);
  }
  world.traffic.setRate(ratePerSecond);

  world.app.apply(changes.v2);
  const good = await start('whole');
  await until(
    'some results of the evaluation',
    'select count(*) > 40 as held from eval_result join eval_run on id = run_id where release_id = $1',
    good,
  );
  await histories.note(workflowId, 'in evaluation', 'promoted');
  await histories.note(`${workflowId}/evaluate/${good}`, 'in evaluation, the child', 'evaluation');
  await untilLook(good, 'canary-25', 2);
  await histories.note(workflowId, 'at 25 %', 'promoted');
  await untilLook(good, 'canary-100', 1);
  await histories.note(workflowId, 'in the bake', 'promoted');
  await untilEnded(good);
  await histories.keep(workflowId, 'promoted');
  await histories.keep(`${workflowId}/evaluate/${good}`, 'evaluation');

  world.app.apply(changes.v3);
  await untilEnded(await start('whole'));
  await histories.keep(workflowId, 'blocked');

  world.app.apply(changes.v4);
  await untilEnded(await start('hurried'));
  await histories.keep(workflowId, 'rolled-back');

  world.app.apply(changes.v5);
  const last = await start('canary');
  await untilLook(last, 'canary-25', 1);
  await world.stack.gateways[0]?.kill();
  await world.stack.gateways[0]?.start();
  await until(
    'the gap in the evidence',
    `select exists (select from evidence where release_id = $1 and jsonb_array_length(judgement->'gaps') > 0) as held`,
    last,
  );
  await run(['release', 'pause', last, '--reason', 'lunch']);
  await untilState(last, 'paused');
  const { rows } = await db.query<{ look: number }>(
    `select max(look) as look from evidence where release_id = $1 and stage = 'canary-25'`,
    [last],
  );
  await untilLook(last, 'canary-25', (rows[0]?.look ?? 0) + 1);
  await histories.note(workflowId, 'paused', 'aborted');
  await run(['release', 'resume', last, '--reason', 'back']);
  await untilState(last, 'progressing');
  await untilLook(last, 'canary-25', (rows[0]?.look ?? 0) + 3);
  await run(['release', 'abort', last, '--reason', 'enough seen']);
  await untilEnded(last);
  await histories.keep(workflowId, 'aborted');
}

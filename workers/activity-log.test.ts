import type { Info } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { createActivityLog } from './activity-log.ts';

type Line = Record<string, unknown>;

function useLog() {
  const lines: Line[] = [];
  const write = (line: unknown, message?: string) => lines.push({ ...(line as Line), message });
  return { lines, factory: createActivityLog({ info: write, warn: write } as never) };
}

function run(
  factory: ReturnType<typeof createActivityLog>,
  activityType: string,
  args: unknown,
  activity: () => Promise<unknown>,
) {
  const info = { activityType, attempt: 1, workflowExecution: { workflowId: 'release/desk', runId: 'r' } };
  const { inbound, outbound } = factory({ info: info as Info } as never);
  const ended = inbound?.execute?.({ args: [args], headers: {} }, activity);
  return { ended, attributes: () => outbound?.getLogAttributes?.({}, () => ({ taskToken: 't' })) };
}

it('names release, revision and stage once the release was opened', async () => {
  const { lines, factory } = useLog();
  const opened = { releaseId: 'rel_1', app: 'desk', revision: 'rev_1' };
  await run(factory, 'openRelease', { releaseId: 'rel_1' }, () => Promise.resolve(opened)).ended;
  const look = run(factory, 'takeLooks', { releaseId: 'rel_1', stage: 'canary-5' }, () =>
    Promise.resolve({ ended: 'decided', reason: 'the words of a reason' }),
  );
  await look.ended;
  const about = { release: 'rel_1', app: 'desk', revision: 'rev_1', workflow: 'release/desk', attempt: 1 };
  expect(lines).toMatchObject([
    { ...about, activity: 'openRelease' },
    { ...about, activity: 'takeLooks', stage: 'canary-5', ended: 'decided' },
  ]);
  expect(JSON.stringify(lines)).not.toContain('the words');
  expect(look.attributes()).toEqual({
    ...{ taskToken: 't', release: 'rel_1', app: 'desk', revision: 'rev_1', stage: 'canary-5' },
  });
});

it('tells of a failure, and lets it through', async () => {
  const { lines, factory } = useLog();
  const error = new Error('no database');
  const failing = run(factory, 'writeStep', { releaseId: 'rel_2' }, () => Promise.reject(error));
  await expect(failing.ended).rejects.toBe(error);
  expect(lines).toMatchObject([{ activity: 'writeStep', release: 'rel_2', err: error }]);
});

it.each([
  ['waits', ApplicationFailure.create({ message: 'Waits for gateways.', category: 'BENIGN' })],
  ['is cancelled', new CancelledFailure('cancelled')],
])('tells no failure of one that %s', async (_what, error) => {
  const { lines, factory } = useLog();
  const ended = run(factory, 'awaitAcks', { releaseId: 'rel_3' }, () => Promise.reject(error)).ended;
  await expect(ended).rejects.toBe(error);
  expect(lines).toEqual([]);
});

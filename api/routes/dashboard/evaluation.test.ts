import { createEvalRun } from '../../../config-store/evaluations/create-eval-run.ts';
import { insertEvalResults } from '../../../config-store/evaluations/insert-eval-results.ts';
import { suiteSchema } from '../../../domain/evaluation/suite.ts';
import { digestOf } from '../../../domain/revision/digest.ts';
import type { Explanation } from '../../../domain/explanation/explanation.ts';
import type { AppView } from '../../schemas/dashboard/app-view.ts';
import type { EvaluatedCase, EvaluationMatrix } from '../../schemas/dashboard/evaluation.ts';
import { useApi } from '../../test-fixtures/api-under-test.ts';
import { createBank, start, startCanary } from '../../test-fixtures/bank.ts';

const api = useApi();

const tests = ['new', 'old', 'mended', 'shaky', 'fine', 'unheard'].map((id) => ({
  id,
  vars: { message: `ask ${id}` },
  assert: [{ type: 'contains', value: 'yes' }],
}));

/** Of each case how the candidate and stable did. */
const outcomes: Record<string, [string[], string[]]> = {
  new: [['failed'], ['passed']],
  old: [['failed'], ['failed']],
  mended: [['passed'], ['failed']],
  shaky: [['passed', 'failed'], ['passed']],
  fine: [['passed'], ['passed']],
  unheard: [['not-asked'], ['passed']],
};

async function evaluated() {
  const { app, a, b } = await createBank(api.db);
  const content = suiteSchema.parse({ tests });
  const suites = [{ name: 's', digest: digestOf(content), content }];
  const { id } = (await start(api, app, { more: { suites } })).body;
  const runId = `${id}-evaluation`;
  const cases = tests.map((test) => ({ id: `s/${test.id}`, critical: test.id === 'new' }));
  await createEvalRun(api.db, {
    ...{ id: runId, kind: 'evaluation', releaseId: id, app, candidate: b, stable: a },
    planned: { candidate: b, stable: a, cases, targets: 1 },
  });
  const rows = Object.entries(outcomes).flatMap(([name, arms]) =>
    arms.flatMap((verdicts, arm) =>
      verdicts.map((verdict, repeat) => ({
        ...{ runId, caseId: `s/${name}`, revision: arm === 0 ? b : a, target: 0, repeat },
        passed: verdict === 'passed',
        details:
          verdict === 'passed'
            ? {}
            : verdict === 'failed'
              ? { failedBy: [{ assertion: 'contains' }], output: 'no', reasons: ['has no "yes"'] }
              : { verdict },
      })),
    ),
  );
  await insertEvalResults(api.db, rows);
  return { id, app };
}

it('shows what changed for the worse first, and never what nobody could judge as a failure', async () => {
  const { id } = await evaluated();
  const of = async (query: string) =>
    (await api.get<EvaluationMatrix>(`/v1/releases/${id}/evaluation${query}`, { as: 'viewer' })).body;
  const changed = await of('');
  expect(changed.cases.map((each) => [each.id, each.change])).toEqual([
    ['s/new', 'newly failing'],
    ['s/old', 'still failing'],
    ['s/mended', 'repaired'],
    ['s/shaky', 'flaky'],
  ]);
  expect(changed).toMatchObject({
    ...{ state: 'running', candidate: { label: 'b' }, stable: { label: 'a' } },
    counts: { 'newly failing': 1, 'still failing': 1, repaired: 1, flaky: 1, same: 2 },
    // Of what both were judged by; what nobody could judge is no difference.
    differences: { each: [-1, -0.5, 0, 0, 1], of: 5 },
  });
  expect(changed.cases[0]?.candidate).toMatchObject({
    ...{ passed: 0, of: 1, runs: ['failed'], failed: [{ assertion: 'contains', times: 1 }] },
  });
  expect(JSON.stringify(changed)).not.toContain('ask new');
  expect((await of('?show=failed')).cases.map((each) => each.id)).toEqual(['s/new', 's/old', 's/shaky']);
  expect((await of('?show=errors')).cases.map((each) => each.id)).toEqual(['s/unheard']);
  expect((await of('?show=all')).cases).toHaveLength(6);
});

it('says what a case asked and what either arm answered to who may read content, and notes that', async () => {
  const { id } = await evaluated();
  const path = `/v1/releases/${id}/evaluation/cases/s%2Fnew`;
  expect((await api.get(path, { as: 'viewer' })).status).toBe(403);
  const { body } = await api.get<EvaluatedCase>(path, { as: 'admin' });
  expect(body).toMatchObject({
    ...{ id: 's/new', question: { message: 'ask new' } },
    candidate: [{ verdict: 'failed', output: 'no', reasons: ['has no "yes"'] }],
    stable: [{ verdict: 'passed', reasons: [] }],
  });
  const { rows } = await api.db.query(
    `select 1 from audit_entry where action = 'content.read' and release_id = $1`,
    [id],
  );
  expect(rows).toHaveLength(1);
  expect((await api.get(`/v1/releases/${id}/evaluation/cases/s%2Fnone`, { as: 'admin' })).status).toBe(404);
});

it('shows an app: what serves where, and its releases', async () => {
  const { id, app } = await startCanary(api);
  const { body } = await api.get<AppView>(`/v1/apps/${app}/view`, { as: 'viewer' });
  expect(body.places.map(({ environment }) => environment)).toEqual(['production', 'staging']);
  expect(body.places[0]).toMatchObject({
    active: { stable: { label: 'a' }, candidate: { label: 'b', weight: 5 } },
    wayBack: { to: 'a' },
  });
  expect(body.releases.map((each) => each.id)).toEqual([id]);
  expect((await api.get('/v1/apps/none/view', { as: 'viewer' })).status).toBe(404);
});

it('explains a release by its cases and by what became of its requests, without what was said', async () => {
  const { id } = await evaluated();
  const of = async (release: string) =>
    (await api.get<Explanation>(`/v1/releases/${release}/explanation`, { as: 'viewer' })).body;
  const byCases = await of(id);
  expect(byCases.cases).toMatchObject({
    ...{ newlyFailing: 1, stillFailing: 1, repaired: 1, flaky: 1 },
    failing: [{ id: 's/new', critical: true, candidate: { passed: 0, of: 1 }, failed: ['contains'] }, {}, {}],
  });
  expect(byCases.says.join(' ')).toContain(
    "Of the evaluation's cases 1 newly fail, 1 fail as before, 1 are repaired, 1 are flaky: s/new (critical) passed 0 of 1",
  );
  expect(JSON.stringify(byCases)).not.toContain('has no');
  const { id: served, app } = await startCanary(api);
  const counts = {
    admitted: 40,
    failed: 1,
    rescued: 3,
    guardrails: { failovers: { long: { bad: 2 } } },
    reasons: {
      'rescued timeout - openai/atlas': 3,
      'failed status 503 openai/atlas': 1,
      'what is not written': 9,
    },
  };
  await api.db.query(
    `insert into arm_counter (gateway_id, boot_id, app, environment, split_version, arm, sequence, counts)
     values ('gw-1', 'b', $1, 'production', 2, 'candidate', 1, $2), ('gw-2', 'b', $1, 'production', 2, 'candidate', 1, $2)`,
    [app, JSON.stringify(counts)],
  );
  const byTraffic = await of(served);
  expect(byTraffic.traffic).toEqual({
    candidate: {
      ...{ requests: 80, failed: 2, rescued: 6, failedOver: 4 },
      reasons: [
        { what: 'rescued', target: 'openai/atlas', kind: 'timeout', calls: 6 },
        { what: 'failed', target: 'openai/atlas', kind: 'status', status: 503, calls: 2 },
      ],
    },
  });
  expect(byTraffic.says.join(' ')).toContain(
    'Of 80 requests of the candidate 2 failed, 6 were rescued by stable',
  );
});

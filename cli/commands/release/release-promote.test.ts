import { json, problem, releaseOf, useFakeApi } from '../../test-fixtures/fake-api.ts';
import { sluice, useFolder } from '../../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();
const path = '/v1/releases/r1';
const promote = (...argv: string[]) =>
  sluice(['release', 'promote', 'r1', ...argv], {
    cwd: folder.path,
    env: { SLUICE_API_URL: api.url, SLUICE_TOKEN: 't' },
  });
const seen = (candidate: number) => ({
  ...{ look: 3, hold: { elapsedMs: 3_000, totalMs: 30_000 } },
  ...{ exposures: { candidate, stable: 80 }, guardrails: [] },
});
const recorded = json(202, {
  ...{ releaseId: 'r1', command: 'promote', repeated: false, weight: 5, state: 'progressing', woken: true },
});

describe('sluice release promote', () => {
  it('shows the step that it is about, and sends what was seen', async () => {
    const release = releaseOf({ stage: 'canary-5', weight: 5, splitVersion: 8, progress: seen(12) });
    api.answers.set(`GET ${path}`, json(200, release));
    api.answers.set(`POST ${path}/promote`, recorded);
    const ran = await promote('--reason', 'checked');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('promoting canary-5 at 5 % (split v8)');
    expect(ran.stderr).toContain('12 candidate and 80 stable requests');
    expect(api.received.at(-1)?.body).toEqual({
      ...{
        expectedStage: 'canary-5',
        expectedWeight: 5,
        expectedVersion: 8,
        resume: false,
        reason: 'checked',
      },
    });
  });

  it('names what an audience has, and asks for the same as of a share', async () => {
    const first = { stage: 'audience', weight: 0, audience: 25, splitVersion: 8 };
    api.answers.set(`GET ${path}`, json(200, releaseOf({ ...first, progress: seen(12) })));
    api.answers.set(`POST ${path}/promote`, recorded);
    expect((await promote()).stderr).toContain('promoting audience at 25 % of its audience (split v8)');
    expect(api.received.at(-1)?.body).toMatchObject({ expectedStage: 'audience', expectedWeight: 0 });
    api.answers.set(`GET ${path}`, json(200, releaseOf({ ...first, progress: seen(0) })));
    expect(await promote()).toMatchObject({ code: 17 });
  });

  it('is 17 where the step has just begun, as for a second press: it has to be named', async () => {
    const release = releaseOf({ stage: 'canary-25', weight: 25, splitVersion: 9, progress: seen(0) });
    api.answers.set(`GET ${path}`, json(200, release));
    api.answers.set(`POST ${path}/promote`, recorded);
    const ran = await promote();
    expect(ran.code).toBe(17);
    expect(api.received.map(({ method }) => method)).not.toContain('POST');
    expect(ran.stderr).toContain('--expected-stage canary-25 --expected-weight 25');
    expect(await promote('--expected-stage', 'canary-25', '--expected-weight', '25')).toMatchObject({
      code: 0,
    });
  });

  it('sends what the person saw where that is named, and says what moved: 17', async () => {
    api.answers.set(`GET ${path}`, json(200, releaseOf({ stage: 'canary-25', weight: 25, splitVersion: 9 })));
    api.answers.set(`POST ${path}/promote`, problem(409, 'conflict', 'it is in stage canary-25 at 25 %'));
    const ran = await promote('--expected-stage', 'canary-5', '--expected-weight', '5', '--resume');
    expect(ran.code).toBe(17);
    expect(ran.stderr).toContain('it is in stage canary-25 at 25 %');
    expect(api.received.at(-1)?.body).toMatchObject({
      expectedStage: 'canary-5',
      expectedWeight: 5,
      resume: true,
    });
  });
});

import type { OpenedRelease } from '../../activities/release/contract.ts';
import { apply, newProgress } from '../../domain/release/progress.ts';
import { statusOf } from './status-of.ts';
import { newStepRun } from '../../domain/release/step-run.ts';
import { shortCourse } from '../test-fixtures/scripted-activities.ts';
import { detailsOf } from './visibility.ts';

const opened: OpenedRelease = {
  ...{ releaseId: 'rel_1', app: 'bank', environment: 'production', label: 'v2', revision: 'rev_2' },
  ...{ stable: 'rev_1', planName: 'default', course: shortCourse, splitVersion: 7, actor: 'user:ada' },
  searchAttributes: true,
};
const entered = apply(newProgress(opened, 0), { kind: 'entered', stage: 'canary-5', stageIndex: 2, atMs: 0 });
const progress = apply(entered, { kind: 'raised', version: 8, weight: 5, atMs: 0 });

describe('the status', () => {
  it('says where the release is, and the details say it in a list', () => {
    const step = { ...newStepRun({ holdMs: 8_000 }, 60_000), look: 3, waitingFor: 'gateways: gw-2' };
    const guardrails = [{ name: 'errors', evidence: 1, threshold: 3, candidateRate: 0.02, stableRate: null }];
    const status = statusOf({ opened, progress: { ...progress, step }, guardrails }, { withdrawing: false });
    expect(status).toMatchObject({ state: 'progressing', stage: 'canary-5', weight: 5, looks: 3 });
    expect(detailsOf(status).split('\n')).toEqual([
      '**v2** of bank: progressing',
      '',
      'It waits for gateways: gw-2. v2 has 5 % of the traffic, gateways do not agree yet: held 0 s of 8 s.',
      '',
      '- stage: canary-5, candidate at 5 %',
      '- held 0 s of 8 s, 3 checks',
      '- waits for: gateways: gw-2',
      '- no valid check yet; not every gateway has taken the step; what holds now: `sluice release status rel_1`',
      '- errors: candidate 2.00 %, stable no requests; 2.7 : 1 against "no worse", acts at 20 : 1',
    ]);
  });

  it('says what the workflow knows of the measurement, as of when, and where what holds now is read', () => {
    const step = { ...newStepRun({ holdMs: 8_000 }, 60_000), acked: true, heardMs: 5_000 };
    const status = statusOf(
      { opened, progress: { ...progress, step }, guardrails: [] },
      { withdrawing: false },
    );
    const leaseUntil = new Date(5_000 + shortCourse.leaseMs).toISOString();
    expect(status).toMatchObject({
      measured: { heardAt: '1970-01-01T00:00:05.000Z', leaseUntil, served: true },
      health: 'sluice release status rel_1',
    });
    expect(detailsOf(status)).toContain(
      `- a valid check known at 1970-01-01T00:00:05.000Z, with a lease until ${leaseUntil} at least; every gateway`,
    );
    const ended = statusOf({ opened, progress, guardrails: [] }, { outcome: 'promoted', withdrawing: false });
    expect(ended).not.toHaveProperty('measured');
    expect(ended).not.toHaveProperty('health');
  });

  it('says what an audience has that alone has the candidate', () => {
    const step = { ...newStepRun({ holdMs: 8_000 }, 60_000), acked: true, heardMs: 5_000 };
    const served = { ...progress, stage: 'audience', weight: 0, audienceShare: 25, step };
    const status = statusOf({ opened, progress: served, guardrails: [] }, { withdrawing: false });
    expect(status).toMatchObject({ weight: 0, audienceShare: 25, measured: { served: true } });
    const details = detailsOf(status);
    expect(details).toContain('v2 has 25 % of its audience: held 0 s of 8 s.');
    expect(details).toContain('- stage: audience, candidate at 25 % of the audience');
    expect(details).not.toContain('serves nobody');
  });

  it('says who paused it, why, until when, and what to do', () => {
    const command = { id: 1, kind: 'pause' as const, actor: 'user:ada', reason: 'lunch' };
    const paused = apply(progress, { kind: 'commanded', command, atMs: 0 });
    const status = statusOf({ opened, progress: paused, guardrails: [] }, { withdrawing: false });
    const until = new Date(shortCourse.maxPauseMs).toISOString();
    expect(status.pause).toEqual({ by: 'user:ada', reason: 'lunch', until });
    expect(detailsOf(status)).toContain('- paused by user:ada: lunch\n');
    expect(detailsOf(status)).toContain(`${until} if nobody decides: \`sluice release resume rel_1\``);
    const resumed = apply(paused, {
      kind: 'commanded',
      command: { ...command, id: 2, kind: 'resume' },
      atMs: 1,
    });
    expect(resumed.pausedBy).toBeUndefined();
  });

  it('has the outcome once there is one', () => {
    const status = statusOf(
      { opened, progress, guardrails: [] },
      { outcome: 'aborted', reason: 'by ada', withdrawing: true },
    );
    expect(status).toMatchObject({ state: 'aborted', outcome: 'aborted', reason: 'by ada' });
  });
});

import type { OpenedRelease, ReleaseCommand } from '../activities/contract.ts';
import { applyCommand, newProgress, statusOf } from './release-progress.ts';
import { newStepState } from './step-state.ts';
import { shortCourse } from './test-fixtures/scripted-activities.ts';
import { detailsOf } from './visibility.ts';

const opened: OpenedRelease = {
  ...{
    releaseId: 'rel_1',
    app: 'bank',
    environment: 'production',
    label: 'v2',
    revision: 'rev_2',
    stable: 'rev_1',
  },
  ...{ planName: 'default', course: shortCourse, splitVersion: 7, actor: 'user:ada', searchAttributes: true },
};
const command = (kind: ReleaseCommand['kind'], more: Partial<ReleaseCommand> = {}): ReleaseCommand => ({
  ...{ id: 1, kind, actor: 'user:ada' },
  ...more,
});

function inCanary() {
  const progress = newProgress(opened, 0);
  const compensation = { app: 'bank', environment: 'production', releaseId: 'rel_1', revision: 'rev_2' };
  progress.compensations.push({ name: 'withdrawCandidate', args: compensation });
  return Object.assign(progress, { stage: 'canary-5', weight: 5 });
}

describe('a command', () => {
  it('pauses once, and resumes once', () => {
    const progress = inCanary();
    expect(applyCommand(progress, command('pause'), 10)).toBe('paused at 5 %');
    expect(applyCommand(progress, command('pause'), 20)).toBe('already paused');
    expect(progress.pausedSinceMs).toBe(10);
    expect(applyCommand(progress, command('resume'), 30)).toBe('resumed');
    expect(applyCommand(progress, command('resume'), 40)).toBe('was not paused');
  });

  it('promotes only the stage that it is meant for', () => {
    const progress = inCanary();
    expect(applyCommand(progress, command('promote', { stage: 'canary-25' }), 0)).toMatch(
      /^refused: meant for/,
    );
    expect(progress.promotion).toBeUndefined();
    applyCommand(progress, command('promote', { stage: 'canary-5' }), 0);
    expect(progress.promotion).toEqual({ commandId: 1, actor: 'user:ada' });
  });

  it('promotes only the split version that it is meant for, and a paused release only where it says so', () => {
    const seen = { stage: 'canary-5', splitVersion: 7, resume: false };
    const progress = inCanary();
    expect(applyCommand(progress, command('promote', { ...seen, splitVersion: 6 }), 0)).toMatch(
      /^refused: meant for split version 6/,
    );
    applyCommand(progress, command('pause'), 0);
    expect(applyCommand(progress, command('promote', seen), 0)).toBe('refused: the release is paused');
    applyCommand(progress, command('promote', { ...seen, resume: true }), 0);
    expect(progress).toMatchObject({ pausedSinceMs: undefined, promotion: { actor: 'user:ada' } });
    applyCommand(progress, command('pause'), 0);
    expect(progress.promotion).toBeUndefined();
  });

  it('never skips a gate before production (invariant 13)', () => {
    const progress = newProgress(opened, 0);
    expect(applyCommand(progress, command('promote'), 0)).toMatch(/^refused: gates/);
    expect(progress.promotion).toBeUndefined();
  });
});

describe('the status', () => {
  it('says where the release is, and the details say it in a list', () => {
    const step = { ...newStepState({ holdMs: 8_000 }, 60_000), look: 3, waitingFor: 'gateways: gw-2' };
    const progress = inCanary();
    progress.guardrails = [
      { name: 'errors', evidence: 1, threshold: 3, candidateRate: 0.02, stableRate: null },
    ];
    const status = statusOf(progress, step, { withdrawing: false });
    expect(status).toMatchObject({ state: 'progressing', stage: 'canary-5', weight: 5, looks: 3 });
    expect(detailsOf(status).split('\n')).toEqual([
      '**v2** of bank: progressing',
      '- stage: canary-5, candidate at 5 %',
      '- held 0 s of 8 s, 3 looks',
      '- waits for: gateways: gw-2',
      '- errors: candidate 2.00 %, stable no requests; evidence 1.00 of 3.00',
    ]);
  });

  it('has the outcome once there is one', () => {
    const status = statusOf(inCanary(), undefined, {
      outcome: 'aborted',
      reason: 'by ada',
      withdrawing: true,
    });
    expect(status).toMatchObject({ state: 'aborted', outcome: 'aborted', reason: 'by ada' });
  });
});

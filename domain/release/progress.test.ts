import * as fc from 'fast-check';
import type { Course } from './course.ts';
import {
  answerTo,
  apply,
  newProgress,
  type Progress,
  type ProgressEvent,
  type ReleaseCommand,
} from './progress.ts';
import { newStepRun } from './step-run.ts';
import { parseProgress } from './stored-progress.ts';

const step = { stage: 'canary-5', weight: 5, holdMs: 400, minExposures: 10, bake: false };
const course: Course = {
  ...{ steps: [step], compare: { ...step, stage: 'compare', weight: 50 }, maxHoldMs: 60_000 },
  ...{ onInconclusive: 'pause', maxPauseMs: 60_000, maxBlindMs: 60_000, leaseMs: 60_000 },
};
const begun = newProgress({ course, splitVersion: 7 }, 0);
const after = (...events: ProgressEvent[]): Progress => events.reduce(apply, begun);
const command = (kind: ReleaseCommand['kind'], more: Partial<ReleaseCommand> = {}): ReleaseCommand => ({
  ...{ id: 1, kind, actor: 'user:ada' },
  ...more,
});
const decided = (kind: ReleaseCommand['kind'], more: Partial<ReleaseCommand> = {}): ProgressEvent => ({
  ...{ kind: 'commanded', command: command(kind, more), atMs: 10 },
});
const compensation = {
  name: 'withdrawCandidate' as const,
  args: { app: 'bank', environment: 'production', releaseId: 'rel_1', revision: 'rev_2' },
};
const toCanary: ProgressEvent[] = [
  { kind: 'entered', stage: 'canary-5', stageIndex: 2, atMs: 1 },
  { kind: 'compensable', compensation },
  { kind: 'raised', version: 8, weight: 5, atMs: 2 },
];
const inCanary = after(...toCanary);

describe('a command', () => {
  it('pauses once, and resumes once', () => {
    const results = (['pause', 'pause', 'resume', 'resume'] as const).map((kind, i, all) => {
      const before = all.slice(0, i).map((each) => decided(each));
      return answerTo(after(...toCanary, ...before), command(kind), 10).result;
    });
    expect(results).toEqual(['paused at 5 %', 'already paused', 'resumed', 'was not paused']);
  });

  it('promotes only the stage and the split version that it is meant for', () => {
    const seen = { stage: 'canary-5', splitVersion: 8, resume: false };
    const answer = (more: Partial<ReleaseCommand>) =>
      answerTo(inCanary, command('promote', { ...seen, ...more }), 0).result;
    expect(answer({ stage: 'canary-25' })).toMatch(/^refused: meant for canary-25/);
    expect(answer({ splitVersion: 7 })).toMatch(/^refused: meant for split version 7/);
    expect(answer({})).toMatch(/^the rest of the hold of canary-5 is skipped/);
    const promoted = apply(inCanary, decided('promote', { ...seen, reason: 'seen' }));
    expect(promoted.promotion).toEqual({ commandId: 1, actor: 'user:ada', reason: 'seen' });
  });

  it('promotes a paused release only where it says so, and a pause drops a promotion', () => {
    const paused = apply(inCanary, decided('pause'));
    expect(apply(paused, decided('promote', { resume: false })).promotion).toBeUndefined();
    const promoted = apply(paused, decided('promote', { resume: true }));
    expect(promoted).toMatchObject({ pausedSinceMs: undefined, promotion: { actor: 'user:ada' } });
    expect(apply(promoted, decided('pause')).promotion).toBeUndefined();
  });

  it('never skips a gate before production (invariant 13)', () => {
    expect(answerTo(begun, command('promote'), 0).result).toMatch(/^refused: gates/);
    expect(apply(begun, decided('promote')).promotion).toBeUndefined();
  });
});

describe('the state of a release', () => {
  const event = fc.constantFrom<ProgressEvent>(
    ...toCanary,
    { kind: 'left' },
    { kind: 'left', alarmed: true },
    { kind: 'step-begun', step: newStepRun(step, 60_000) },
    { kind: 'stepped', changes: { look: 3, acked: true } },
    { kind: 'ending' },
    { kind: 'commands-seen', newestId: 9 },
    { kind: 'withdrawn' },
    { kind: 'promoted', version: 9 },
    decided('pause'),
    decided('resume'),
    decided('promote', { resume: true }),
  );

  it('grows in its sequence, never promotes what it does not serve, and lasts through JSON', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const progress = after(...events);
        expect(progress.sequence).toBe(events.length);
        if (progress.promotion !== undefined) expect(progress.compensations).not.toEqual([]);
        const stored: unknown = JSON.parse(JSON.stringify(progress));
        expect(parseProgress(stored)).toEqual(stored);
      }),
    );
  });

  it('takes no promotion from one stage or weight into the next', () => {
    const promoted = apply(inCanary, decided('promote'));
    const next: ProgressEvent[] = [
      { kind: 'left' },
      { kind: 'entered', stage: 'canary-25', stageIndex: 3, atMs: 3 },
      { kind: 'raised', version: 9, weight: 25, atMs: 4 },
      { kind: 'left', alarmed: true },
    ];
    for (const each of next) expect(apply(promoted, each).promotion).toBeUndefined();
  });

  it('is read with names that a later version has added, and not where it is none', () => {
    const kept = { ...inCanary, step: { ...newStepRun(step, 60_000), version: 8 } };
    const later = { ...JSON.parse(JSON.stringify(kept)), sentinel: { on: true } } as unknown;
    expect(parseProgress(later)).toMatchObject({ stage: 'canary-5', step: { version: 8 } });
    expect(() => parseProgress({ ...kept, stageIndex: 'finish' })).toThrow();
    const walks = (gates: string[]) => ({ ...kept, course: { ...course, gates } });
    expect(parseProgress(walks(['evaluate'])).course.gates).toEqual(['evaluate']);
    expect(() => parseProgress(walks(['evaluate', 'of tomorrow']))).toThrow();
  });
});

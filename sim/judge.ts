import { gatesOf, type Course } from '../domain/release/course.ts';
import type { Progress } from '../domain/release/progress.ts';
import { isOpen, type ReleaseState } from '../domain/release/release.ts';
import type { PlayedPress } from './store/press.ts';
import type { Finding, PlayedGuard, PlayedRelease, SplitVersion } from './store/rows.ts';
import type { Witness } from './store/state.ts';
import type { Store } from './store/store.ts';

/** What was broken: a number of DESIGN section 9, or that something does not come to its end. */
export type Broken = number | 'ends';

/** How a request was answered. */
export interface Served {
  /** That it is counted on; undefined where it is in none. */
  readonly arm: 'stable' | 'candidate' | undefined;
  /** By what lives on the lease. */
  readonly isOnLease: boolean;
  /** Whoever asked is of the audience. */
  readonly isMember: boolean;
}

export interface JudgeParts {
  readonly course: Course;
  readonly store: () => Store;
  readonly nowMs: () => number;
  /** The candidate answers wrongly, and could be seen to. */
  readonly isSeenToBeBad: (revision: string) => boolean;
  readonly say: (what: string) => void;
  readonly broke: (invariant: Broken, what: string) => void;
}

/** A gateway polls once a second, and its lease counts from before the poll. */
const pollSlackMs = 2_500;
/** From the end of `maxBlind` until the candidate must be gone: attempts, a withdrawal and a round of everybody. */
const blindSlackMs = 25_000;

/** Sees every commit and every answer, and says which invariant of DESIGN section 9 it breaks. */
export class Judge implements Witness {
  readonly #parts: JudgeParts;
  readonly #looked = new Map<string, { readonly atMs: number; readonly leaseMs: number }>();
  readonly #newestServed = new Map<string, number>();
  /** What was put to the question at least once. */
  readonly judged = new Set<Broken>();
  /** What was condemned before the present press. */
  #condemned: ReadonlySet<string> = new Set();

  constructor(parts: JudgeParts) {
    this.#parts = parts;
  }

  asked(...invariants: Broken[]): void {
    for (const invariant of invariants) this.judged.add(invariant);
  }

  broke(invariant: number, what: string): void {
    this.#parts.broke(invariant, what);
  }

  noteJudged(releaseId: string, leaseMs: number): void {
    this.#looked.set(releaseId, { atMs: this.#parts.nowMs(), leaseMs });
  }

  /** A gateway answers: never by an older version (33), nor by a candidate that nobody has judged lately (23), nor before his turn (16). */
  served(
    gateway: string,
    split: SplitVersion,
    { isOnLease: isCandidate, isMember }: Pick<Served, 'isOnLease' | 'isMember'>,
  ): void {
    const { course, nowMs } = this.#parts;
    const newest = this.#newestServed.get(gateway) ?? 0;
    this.asked(33, ...(isCandidate ? [23] : []));
    if (split.version < newest) this.broke(33, `${gateway} serves version ${split.version} after ${newest}`);
    this.#newestServed.set(gateway, Math.max(newest, split.version));
    if (!isCandidate) return;
    if (split.kind === 'raise' && split.weight === 0) this.#first(gateway, split, isMember);
    const judged = this.#looked.get(split.releaseId ?? '');
    const forMs = nowMs() - Math.max(split.atMs, judged?.atMs ?? 0);
    const leaseMs = Math.max(judged?.leaseMs ?? 0, course.leaseMs);
    if (forMs > leaseMs + pollSlackMs)
      this.broke(
        23,
        `${gateway} serves ${split.candidate ?? ''} ${Math.round(forMs)} ms after it was judged`,
      );
  }

  /** While it has no share of all subjects a candidate is for the audience, and for nobody else (16). */
  #first(gateway: string, { candidate = '' }: SplitVersion, isMember: boolean): void {
    this.asked(16);
    if (!isMember) this.broke(16, `${gateway} serves ${candidate} to who is not of its audience`);
  }

  /** For so long nothing could be measured although everything ran: the candidate must be gone. */
  blindFor(ms: number): void {
    const { split, open } = this.#parts.store();
    if (ms > 0) this.asked('ends');
    const servedMs = this.#parts.nowMs() - split.atMs;
    if (
      Math.min(ms, servedMs) <= this.#parts.course.maxBlindMs + blindSlackMs ||
      split.candidate === undefined
    )
      return;
    if (open?.state === 'progressing')
      this.#parts.broke('ends', `${open.id} goes on, and nothing was measured for ${ms} ms`);
  }

  wrote(version: SplitVersion, before: SplitVersion | undefined): void {
    const { kind, stable, candidate = 'no candidate', weight } = version;
    this.#parts.say(`split ${version.version} ${kind}: ${stable}, ${candidate} at ${weight} %`);
    if (before !== undefined && version.version <= before.version)
      this.broke(9, `version ${version.version} was written after ${before.version}`);
    this.asked(2, 9);
    // A raise begins the next step's lease: its first look is due at once.
    if (kind === 'raise' && version.releaseId !== undefined)
      this.noteJudged(version.releaseId, this.#parts.course.leaseMs);
    if (version.candidate === undefined && weight !== 0)
      this.broke(2, `weight ${weight} without a candidate`);
    const standsStill = kind === 'promote' && stable === before?.stable && before.candidate === undefined;
    if ((kind === 'raise' || kind === 'promote') && !standsStill) this.#goesOn(version, before);
    const { guard } = this.#parts.store();
    if (guard !== undefined && guard.splitVersion < version.version)
      this.broke(29, `the guard of ${guard.releaseId} is open, and the split is past it`);
    if (kind === 'rollback' && before !== undefined && stable !== before.stable)
      this.#goesBack(version, before);
  }

  moved(release: PlayedRelease, from: ReleaseState, to: ReleaseState): void {
    this.#parts.say(`release ${release.id} (${release.revision}): ${from} -> ${to}`);
    this.asked(4, 5);
    if (isOpen(to) || to === 'promoted') return;
    const { split } = this.#parts.store();
    if (split.releaseId === release.id && split.candidate !== undefined)
      this.broke(5, `${release.id} ended as ${to} and its candidate is on the traffic`);
  }

  /** A state goes past a stage only with that stage's record: a run that takes over goes on by it (13). */
  kept({ id, stages }: PlayedRelease, { stageIndex, alarmed }: Progress): void {
    this.asked(6, 13);
    const { course } = this.#parts;
    const { steps, compare } = course;
    const walked = [...gatesOf(course), ...steps.map(({ stage }) => stage), compare.stage];
    const missing = walked
      .slice(0, stageIndex)
      .filter((name) => (name !== compare.stage || alarmed) && !stages.some((each) => each.name === name));
    if (missing.length > 0)
      this.broke(13, `the state of ${id} is past ${missing.join(', ')}, which has no record`);
  }

  pressed(): void {
    this.#condemned = new Set(this.#parts.store().condemned.keys());
  }

  /** A guard acts on what it watches, and on nothing that has come since (6). */
  tookBack({ releaseId, revision, splitVersion }: PlayedGuard, { stable, version }: SplitVersion): void {
    this.asked(6, 26, 29);
    if (stable === revision && version === splitVersion) return;
    this.broke(6, `the guard of ${releaseId} takes ${stable} back, and has watched ${revision}`);
  }

  /** What could not be judged is not the candidate's failure (26). */
  condemned(revision: string, by: Finding): void {
    this.asked(26);
    if (by === 'guardrail' && !this.#parts.isSeenToBeBad(revision))
      this.broke(26, `${revision} was condemned, and nothing was found to be wrong with it`);
  }

  /** Nothing goes on that is paused, ended or taken back (5), or has not passed what comes before (13). */
  #goesOn(version: SplitVersion, before: SplitVersion | undefined): void {
    const release = this.#parts.store().releases.find(({ id }) => id === version.releaseId);
    if (release === undefined) return;
    const { id, state, stages, revision, kept } = release;
    this.asked(5, 6, 13);
    if (state !== 'progressing') this.broke(5, `${version.kind} of ${id}, which is ${state}`);
    const passed = stages.filter(({ outcome }) => ['pass', 'override', 'skipped'].includes(outcome));
    const missing = this.#stagesBefore(version).filter((name) => !passed.some((each) => each.name === name));
    const isCompared = kept?.progress.alarmed === true;
    if (missing.some((name) => !(isCompared && name === 'canary-100')))
      this.broke(13, `${version.kind} of ${id} without ${missing.join(', ')}`);
    if (version.kind === 'promote' && before?.candidate !== revision)
      this.broke(6, `${id} was promoted while ${before?.candidate ?? 'nothing'} was the candidate`);
  }

  #stagesBefore({ kind, weight }: SplitVersion): string[] {
    const { course } = this.#parts;
    const { steps } = course;
    const at = kind === 'promote' ? steps.length : steps.findIndex((step) => step.weight === weight);
    return [...gatesOf(course), ...steps.slice(0, Math.max(0, at)).map(({ stage }) => stage)];
  }

  /** Back to what was stable and is not condemned (8), and to the newest such (28). */
  #goesBack(version: SplitVersion, before: SplitVersion): void {
    const formers = [
      ...new Set(
        this.#parts
          .store()
          .history.slice(0, -1)
          .map(({ stable }) => stable)
          .reverse(),
      ),
    ];
    if (!formers.includes(version.stable)) this.broke(8, `${version.stable} serves and never was stable`);
    if (version.operationId.includes('/to/')) return;
    if (this.#condemned.has(version.stable))
      this.broke(8, `a press went back to ${version.stable}, which is condemned`);
    const newest = formers.find((each) => each !== before.stable && !this.#condemned.has(each));
    if (newest !== version.stable)
      this.broke(28, `a press served ${version.stable}, and not ${newest ?? 'nothing'}`);
  }

  /** Plays a press: while there is a way back it is taken (28), and being displaced condemns nobody (8). */
  press(press: PlayedPress): void {
    const store = this.#parts.store();
    this.#condemned = new Set(store.condemned.keys());
    this.asked(8, 28);
    const before = store.split;
    try {
      const { kind, serving } = store.rollback(press);
      this.#parts.say(`press ${press.operationId}: ${kind}, ${serving} serves`);
      if (kind === 'done') this.#judgeDisplaced(press, before);
    } catch (error) {
      this.#parts.say(`press ${press.operationId}: ${String(error)}`);
      if (press.to === undefined && this.#hasWayBack(press, before))
        this.broke(28, `a press was refused: ${String(error)}`);
    }
  }

  #hasWayBack({ seenVersion }: PlayedPress, { stable, candidate }: SplitVersion): boolean {
    const store = this.#parts.store();
    const seen = store.history.find(({ version }) => version === seenVersion);
    const meant = seen === undefined ? candidate : (seen.candidate ?? seen.stable);
    if (candidate !== undefined && meant !== stable) return true;
    return store.formers().some((each) => each !== stable && !this.#condemned.has(each));
  }

  #judgeDisplaced({ to }: PlayedPress, { stable, candidate }: SplitVersion): void {
    if (to === undefined || candidate !== undefined) return;
    const { condemned, history } = this.#parts.store();
    const madeAt = (revision: string): number =>
      history.findLastIndex((each) => each.stable === revision && ['create', 'promote'].includes(each.kind));
    const isNew = condemned.has(stable) && !this.#condemned.has(stable);
    if (isNew && madeAt(to) > madeAt(stable))
      this.broke(8, `${stable} was only displaced by ${to}, and is condemned`);
  }
}

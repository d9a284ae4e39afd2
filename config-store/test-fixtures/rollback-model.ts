/**
 * What the rollback of DESIGN section 5 comes to, in plain words and without a database: what the real functions are
 * held against. Revisions are small numbers, 0 is the first stable one.
 */

export type Ending =
  | 'promoted'
  | 'guardrail'
  | 'abort'
  | 'blind'
  | 'failed'
  | 'superseded'
  | 'blocked'
  /** Before anything of it was on the traffic. */
  | 'early-abort';

export type Move =
  | { op: 'start'; revision: number }
  | { op: 'end'; how: Ending }
  | { op: 'press' }
  | { op: 'take-out'; revision: number }
  /** A press whose maker looked at the split that many versions ago. */
  | { op: 'seen'; ago: number }
  | { op: 'to'; revision: number; force: boolean }
  /** Gateways serve this by a write that the database has lost, and somebody heals with it, by its name or without. */
  | { op: 'heal'; revision: number; named: boolean }
  /** What each live gateway can serve; none is alive where the list is empty. */
  | { op: 'gateways'; can: number[][] };

export type Result = 'done' | 'already' | 'refused' | 'healed' | 'none';

interface Version {
  stable: number;
  candidate: number | undefined;
  kind: 'create' | 'raise' | 'promote' | 'rollback' | 'heal';
  /** Of a healing: the stable revision that gateways had left for something older. */
  tookOut: number[];
}

export type Finding = 'gate' | 'guardrail' | 'person';

export class RollbackModel {
  readonly history: Version[] = [{ stable: 0, candidate: undefined, kind: 'create', tookOut: [] }];
  readonly condemned = new Map<number, Finding>();
  gateways: readonly (readonly number[])[] = [];
  open: number | undefined;

  get now(): Version {
    const newest = this.history.at(-1);
    if (newest === undefined) throw new Error('The history begins with the first stable revision.');
    return newest;
  }

  canServe(revision: number): boolean {
    return this.gateways.length === 0 || this.gateways.some((can) => can.includes(revision));
  }

  /** Former stable revisions, the one that served last first. */
  formers(): number[] {
    return [...new Set(this.history.map(({ stable }) => stable).reverse())];
  }

  private madeAt(revision: number): number {
    return this.history.findLastIndex(
      ({ stable, kind }) => stable === revision && (kind === 'create' || kind === 'promote'),
    );
  }

  play(move: Move): Result {
    switch (move.op) {
      case 'start':
        return this.start(move.revision);
      case 'end':
        return this.end(move.how);
      case 'press':
        return this.takeOut(this.now.candidate ?? (this.newestIsRollback() ? undefined : this.now.stable));
      case 'take-out':
        return this.takeOut(move.revision);
      case 'seen':
        return this.pressSeen(move.ago);
      case 'to':
        return this.goTo(move.revision, move.force);
      case 'heal':
        return this.heal(move.revision, move.named);
      case 'gateways':
        this.gateways = move.can;
        return 'none';
    }
  }

  private newestIsRollback(): boolean {
    const goesBack = ({ kind }: Version): boolean => kind === 'rollback' || kind === 'heal';
    const newest = this.history.findLast((each) => !goesBack(each) || each.tookOut.length > 0);
    return newest !== undefined && goesBack(newest);
  }

  private start(revision: number): Result {
    if (this.open !== undefined || revision === this.now.stable) return 'none';
    this.open = revision;
    this.history.push({ stable: this.now.stable, candidate: revision, kind: 'raise', tookOut: [] });
    return 'none';
  }

  private end(how: Ending): Result {
    const candidate = this.now.candidate;
    const { stable } = this.now;
    if (this.open === undefined || candidate === undefined) return 'none';
    this.open = undefined;
    if (how === 'promoted') {
      this.history.push({ stable: candidate, candidate: undefined, kind: 'promote', tookOut: [] });
      this.condemned.delete(candidate);
      return 'none';
    }
    this.history.push({ stable, candidate: undefined, kind: 'rollback', tookOut: [candidate] });
    if (how === 'guardrail') this.condemn(candidate, 'guardrail');
    if (how === 'abort') this.condemn(candidate, 'person');
    return 'none';
  }

  /** A release of a revision that a gate blocks, or that a person ends, before it is on the traffic. */
  endEarly(revision: number, how: 'blocked' | 'early-abort'): void {
    if (how === 'blocked') this.condemn(revision, 'gate');
    else this.history.push({ ...this.now, candidate: undefined, kind: 'rollback', tookOut: [] });
  }

  private condemn(revision: number, by: Finding): void {
    // What a gate or a guardrail has found stays found, whatever a person adds.
    if (by === 'person' && this.condemned.has(revision)) return;
    this.condemned.set(revision, by);
  }

  private pressSeen(ago: number): Result {
    const index = Math.max(0, this.history.length - 1 - ago);
    const seen = this.history[index];
    const shown = seen?.candidate ?? seen?.stable;
    const sinceThen = this.history.slice(index + 1);
    const goneSince = sinceThen.some(
      ({ kind, tookOut }) => kind === 'rollback' && shown !== undefined && tookOut.includes(shown),
    );
    return this.takeOut(goneSince ? undefined : shown);
  }

  private takeOut(bad: number | undefined): Result {
    const { stable, candidate } = this.now;
    if (bad === undefined || (bad !== stable && bad !== candidate)) return 'already';
    const target =
      bad === candidate
        ? stable
        : this.formers().find((each) => each !== bad && !this.condemned.has(each) && this.canServe(each));
    if (target === undefined) return 'refused';
    return this.write(target, [bad], [bad]);
  }

  private isForward(from: number, to: number): boolean {
    const made = this.madeAt(to);
    return made < 0 || (this.madeAt(from) >= 0 && made > this.madeAt(from));
  }

  /** What serves is good again, and what gateways had left for something older was taken out by the write that is lost. */
  private heal(revision: number, named: boolean): Result {
    const { stable } = this.now;
    const found = this.condemned.get(revision);
    const isDoubtful = found === 'gate' || found === 'guardrail' || !this.formers().includes(revision);
    if (isDoubtful && !named) return 'refused';
    const tookOut = revision === stable || this.isForward(stable, revision) ? [] : [stable];
    for (const each of tookOut) this.condemn(each, 'person');
    this.condemned.delete(revision);
    this.history.push({ stable: revision, candidate: undefined, kind: 'heal', tookOut });
    return 'healed';
  }

  private goTo(revision: number, force: boolean): Result {
    const { stable, candidate } = this.now;
    if (revision === stable && candidate === undefined) return 'already';
    const bad = candidate !== undefined && candidate !== revision ? candidate : stable;
    if (revision !== stable) {
      if (!this.canServe(revision)) return 'refused';
      const found = this.condemned.get(revision);
      const needsForce = found === 'gate' || found === 'guardrail' || !this.formers().includes(revision);
      if (needsForce && !force) return 'refused';
    }
    const gone = revision === stable ? [bad] : [...new Set([bad, stable])];
    const forward = this.isForward(stable, revision);
    return this.write(
      revision,
      gone,
      gone.filter((each) => each !== stable || !forward),
    );
  }

  private write(target: number, tookOut: number[], bad: readonly number[]): Result {
    for (const each of bad) this.condemn(each, 'person');
    if (target !== this.now.stable) this.condemned.delete(target);
    this.history.push({ stable: target, candidate: undefined, kind: 'rollback', tookOut });
    this.open = undefined;
    return 'done';
  }
}

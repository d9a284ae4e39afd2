import type { CheckedLook } from '../../../activities/looks/explain/checks.ts';

/** A check, and the how manieth of its release it is, from 0. */
export interface NumberedCheck extends CheckedLook {
  readonly number: number;
}

/** What is known of a release's checks, however many there were. */
export interface KnownChecks {
  readonly of: number;
  /** Oldest first, the first and the newest ones among them; further back not all. */
  readonly shown: readonly NumberedCheck[];
  /** The newest of those that decided something, oldest first. */
  readonly decided: readonly CheckedLook[];
}

/** So many of the newest are kept, evenly so many at the most of those before, and so many that decided something. */
const most = { newest: 300, before: 600, decided: 200 };

/** Takes the checks of a release in, in their order, and keeps as many as somebody looks at: a day has 8,640. */
export function createKnownChecks() {
  let of = 0;
  let every = 1;
  let before: NumberedCheck[] = [];
  const newest: NumberedCheck[] = [];
  const decided: CheckedLook[] = [];

  function leave(check: NumberedCheck): void {
    if (check.number % every !== 0) return;
    before.push(check);
    if (before.length <= most.before) return;
    every *= 2;
    before = before.filter(({ number }) => number % every === 0);
  }

  return {
    take(check: CheckedLook): void {
      newest.push({ ...check, number: of });
      of += 1;
      const oldest = newest.length > most.newest ? newest.shift() : undefined;
      if (oldest !== undefined) leave(oldest);
      if (check.verdict === undefined || check.verdict === 'wait') return;
      decided.push(check);
      if (decided.length > most.decided) decided.shift();
    },
    read: (): KnownChecks => ({ of, shown: [...before, ...newest], decided: [...decided] }),
  };
}

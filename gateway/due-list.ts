/** Something that is to be done at a time, unless it is stopped before. */
export interface Waiting {
  /** From now on, whatever has passed before. */
  start(): void;
  stop(): void;
}

/**
 * What waits equally long, in the order in which it began to: who began first is due first, so that one timer of Node's is
 * enough for all of it. An answer starts some six timers and stops nearly all of them, which costs a tenth here: a link is
 * put at the end of a list and taken out of it.
 */
class DueList {
  readonly #delayMs: number;
  readonly #onEmpty: () => void;
  #first: Link | undefined;
  #last: Link | undefined;
  #isArmed = false;

  constructor(delayMs: number, onEmpty: () => void) {
    this.#delayMs = delayMs;
    this.#onEmpty = onEmpty;
  }

  append(link: Link): void {
    link.dueMs = performance.now() + this.#delayMs;
    link.before = this.#last;
    link.after = undefined;
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
    if (!this.#isArmed) this.#arm(this.#delayMs);
  }

  remove(link: Link): void {
    const { before, after } = link;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
  }

  /** Timers do not keep the process alive: what they guard does. */
  #arm(delayMs: number): void {
    this.#isArmed = true;
    setTimeout(() => {
      this.#doDue();
    }, delayMs).unref();
  }

  /** What throws ends the turn, as a timer of Node's would, and not what comes after it. */
  #doDue(): void {
    try {
      for (
        let first = this.#first;
        first !== undefined && first.dueMs <= performance.now();
        first = this.#first
      ) {
        first.stop();
        first.act();
      }
    } finally {
      this.#isArmed = false; // Not before: what is appended meanwhile is due after all that is here.
      if (this.#first === undefined) this.#onEmpty();
      else this.#arm(Math.max(1, Math.ceil(this.#first.dueMs - performance.now())));
    }
  }
}

class Link implements Waiting {
  readonly #delayMs: number;
  readonly act: () => void;
  #list: DueList | undefined;
  dueMs = 0;
  before: Link | undefined;
  after: Link | undefined;

  constructor(delayMs: number, act: () => void) {
    this.#delayMs = delayMs;
    this.act = act;
  }

  start(): void {
    this.stop();
    this.#list = listOf(this.#delayMs);
    this.#list.append(this);
  }

  stop(): void {
    this.#list?.remove(this);
    this.#list = undefined;
  }
}

/** By what they wait for, in milliseconds. */
const lists = new Map<number, DueList>();

function listOf(delayMs: number): DueList {
  const known = lists.get(delayMs);
  if (known !== undefined) return known;
  const list = new DueList(delayMs, () => {
    lists.delete(delayMs);
  });
  lists.set(delayMs, list);
  return list;
}

/** Something that will be done so long after it is started, not before, in whole milliseconds. It waits for its start. */
export function createWaiting(delayMs: number, act: () => void): Waiting {
  return new Link(Math.max(1, Math.ceil(delayMs)), act);
}

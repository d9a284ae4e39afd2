/** Virtual time: nothing passes but what is scheduled, and everything that is ready runs before it goes on. */
export interface Scheduler {
  nowMs(): number;
  /** Runs something later; returns what cancels that. Of two at the same moment the one that was scheduled first runs first. */
  after(delayMs: number, run: () => void): () => void;
  /** Lets the next thing happen, and what follows from it at once. False where nothing is left before `untilMs`. */
  step(untilMs: number): Promise<boolean>;
}

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  readonly isCancelled: boolean;
}

/** `afterEvent` is called once everything that an event has set going stands still. */
export function createScheduler(startMs: number, afterEvent: () => boolean): Scheduler {
  const queue: Event[] = [];
  let nowMs = startMs;
  let order = 0;
  return {
    nowMs: () => nowMs,
    after(delayMs, run) {
      if (delayMs === Infinity) return () => undefined;
      const event = { atMs: nowMs + Math.max(0, delayMs), order: order++, run, isCancelled: false };
      push(queue, event);
      return () => {
        event.isCancelled = true;
      };
    },
    async step(untilMs) {
      for (;;) {
        const next = queue[0];
        if (next === undefined || next.atMs > untilMs) {
          nowMs = untilMs;
          return false;
        }
        pop(queue);
        if (next.isCancelled) continue;
        nowMs = next.atMs;
        next.run();
        await standstill();
        while (afterEvent()) await standstill();
        return true;
      }
    },
  };
}

/** All promises that can be settled are: microtasks run before the next turn of the event loop. */
function standstill(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const isBefore = (one: Event, other: Event): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

/** A binary heap, the earliest first. */
function push(heap: Event[], event: Event): void {
  let at = heap.length;
  heap.push(event);
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(event, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    if (left === undefined) break;
    const isRight = right !== undefined && isBefore(right, left);
    const child = isRight ? right : left;
    if (!isBefore(child, last)) break;
    heap[at] = child;
    at = 2 * at + (isRight ? 2 : 1);
  }
  heap[at] = last;
}

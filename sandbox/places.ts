import { availableParallelism } from 'node:os';

/** Who has processes, and can do without one that does nothing. */
export interface Holder {
  /** Ends one of its idle processes; false where it has none. */
  giveUpIdle(): boolean;
}

/** Of all sandboxes of this program together: each process is about 80 MB. */
const placesAtMost = Math.max(4, 2 * availableParallelism());

const holders = new Set<Holder>();
const queue: { readonly holder: Holder; readonly go: () => void }[] = [];
let taken = 0;

/**
 * Resolves when the holder may start a process. Those that wait take turns, one process each, so that the endless code of
 * one holds up no other for longer than a deadline.
 */
export async function takePlace(holder: Holder): Promise<void> {
  holders.add(holder);
  if (taken < placesAtMost) {
    taken += 1;
    return;
  }
  const waits = new Promise<void>((go) => queue.push({ holder, go }));
  for (const other of holders) if (other !== holder && other.giveUpIdle()) break;
  await waits;
}

/** Says that a process has ended. */
export function leavePlace(holder: Holder): void {
  // Another's turn comes first.
  const others = queue.findIndex((waiting) => waiting.holder !== holder);
  const [next] = queue.splice(Math.max(0, others), 1);
  if (next === undefined) taken -= 1;
  else next.go();
}

/** Whether somebody else waits for a place that the holder may keep idle. */
export function isWanted(holder: Holder): boolean {
  return queue.some((waiting) => waiting.holder !== holder);
}

export function forget(holder: Holder): void {
  holders.delete(holder);
}

/** Leave to have one call in flight. */
export interface Slot {
  /** The call went well: the limit grows by one for as many good calls as it has slots. */
  good(): void;
  /**
   * It was refused for there being too many: the limit halves, once for all calls that were in flight together.
   *
   * @returns whether this was the first refusal of those
   */
  refused(): boolean;
  /** To be called once, when the call has ended. */
  leave(): void;
}

/** How many calls of one place may be in flight. */
export interface CallLimit {
  /** Waits for a slot, in the order of asking. Throws the signal's reason where it aborts. */
  enter(signal: AbortSignal | undefined): Promise<Slot>;
  /** Calls that may be in flight now. */
  slots(): number;
}

/** Additive increase, multiplicative decrease (Chiu and Jain, 1989) between 1 and `most` calls in flight. */
export function createCallLimit(most: number): CallLimit {
  let limit = most;
  let inFlight = 0;
  let decreases = 0;
  const waiting = new Set<() => void>();
  const slots = (): number => Math.max(1, Math.floor(limit));

  function admit(): void {
    for (const enter of waiting) {
      if (inFlight >= slots()) return;
      waiting.delete(enter);
      inFlight += 1;
      enter();
    }
  }

  function newSlot(): Slot {
    const seen = decreases;
    return {
      good() {
        limit = Math.min(most, limit + 1 / slots());
      },
      refused() {
        if (seen !== decreases) return false;
        decreases += 1;
        limit = Math.max(1, limit / 2);
        return true;
      },
      leave() {
        inFlight -= 1;
        admit();
      },
    };
  }

  return {
    slots,
    async enter(signal) {
      signal?.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const enter = (): void => {
          signal?.removeEventListener('abort', leave);
          resolve();
        };
        const leave = (): void => {
          waiting.delete(enter);
          reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', leave, { once: true });
        waiting.add(enter);
        admit();
      });
      return newSlot();
    },
  };
}

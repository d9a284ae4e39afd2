/**
 * What of an `AbortSignal` is needed of a caller that may leave. One is made for each answer, and Node's own costs ten
 * times as much as these.
 */
export interface LeaveSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Says once that a caller has left. */
export class Leaving implements LeaveSignal {
  #aborted = false;
  readonly #listeners = new Set<() => void>();

  get aborted(): boolean {
    return this.#aborted;
  }

  /** Whoever listens is told once; who begins to afterwards sees it by `aborted`. */
  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    const told = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of told) listener();
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.#aborted) this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }
}

/** For what takes Node's own. */
export function abortSignalOf(left: LeaveSignal): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  if (left.aborted) abort();
  else left.addEventListener('abort', abort);
  return controller.signal;
}

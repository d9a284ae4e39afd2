/** What is done about how a call went. */
export interface Outcomes {
  succeeded(): void;
  failed(): void;
  /** Nothing was learnt: the caller went away. */
  released(): void;
}

/** Leave to call once. Exactly one of these is to be told, and more than one does no harm: the first counts. */
export type Permit = Outcomes;

/** The first outcome counts. */
export function once(outcomes: Outcomes): Permit {
  return new OncePermit(outcomes);
}

/** A class, where closures would do: each call of a provider takes two of these. */
class OncePermit implements Permit {
  #outcomes: Outcomes | undefined;

  constructor(outcomes: Outcomes) {
    this.#outcomes = outcomes;
  }

  succeeded(): void {
    this.#take()?.succeeded();
  }

  failed(): void {
    this.#take()?.failed();
  }

  released(): void {
    this.#take()?.released();
  }

  #take(): Outcomes | undefined {
    const outcomes = this.#outcomes;
    this.#outcomes = undefined;
    return outcomes;
  }
}

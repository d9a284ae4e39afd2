import type { PlainSignal } from '../../activities/release/contract.ts';

/** What has arrived for a release and is not acted on yet: signals only change this object. */
export class Inbox {
  /** There may be commands to read; from the start, for a command may be older than the run. */
  woken = true;
  /** Commands are being read and applied. */
  isBusy = false;
  readonly signals: { readonly kind: PlainSignal; readonly ordinal: number }[] = [];
  /** How many plain signals of each kind this run has had: with it an activity finds the signal's sender. */
  readonly #received: Record<PlainSignal, number> = { pause: 0, resume: 0, abort: 0 };

  receive(kind: PlainSignal): void {
    this.#received[kind] += 1;
    this.signals.push({ kind, ordinal: this.#received[kind] });
  }

  hasMail(): boolean {
    return this.woken || this.signals.length > 0;
  }

  /** Everything that arrived has been acted on. */
  isIdle(): boolean {
    return !this.isBusy && !this.hasMail();
  }
}

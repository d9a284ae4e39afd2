import type { PlainSignal } from '../activities/release/contract.ts';

/** What has arrived for a release and is not acted on yet: signals only change this object. */
export interface Inbox {
  /** There may be commands to read. */
  woken: boolean;
  signals: { kind: PlainSignal; ordinal: number }[];
  /** How many plain signals of each kind this run has had: with it an activity finds the signal's sender. */
  received: Record<PlainSignal, number>;
  /** Commands are being read and applied. */
  busy: boolean;
}

/** Woken from the start: a command may be older than the run. */
export function newInbox(): Inbox {
  return { woken: true, signals: [], received: { pause: 0, resume: 0, abort: 0 }, busy: false };
}

export function receiveSignal(inbox: Inbox, kind: PlainSignal): void {
  inbox.received[kind] += 1;
  inbox.signals.push({ kind, ordinal: inbox.received[kind] });
}

export function hasMail(inbox: Inbox): boolean {
  return inbox.woken || inbox.signals.length > 0;
}

/** Everything that arrived has been acted on. */
export function isIdle(inbox: Inbox): boolean {
  return !inbox.busy && !hasMail(inbox);
}

import { randomBytes } from 'node:crypto';
import { createDecider, type Decider, type Decision } from './decider.ts';
import { follow } from './follow.ts';
import { createGateways, type Gateways } from './gateways.ts';
import { createLastKnown } from './last-known.ts';
import { createReports, type Reports } from './reports.ts';
import type { Feedback, Outcome, Reported } from './told.ts';

export interface ClientOptions {
  /** Gateways of one environment, without a path: `['http://gateway-1:8080', 'http://gateway-2:8080']`. */
  readonly gateways: readonly string[];
  /** A gateway key with the scopes `outcomes`, and `prompts` and `feedback` where you use them. */
  readonly key: string;
  readonly app: string;
  /** As people see it while it is waited for: `worker-3`. Letters, digits and `._/-`. */
  readonly name: string;
  /** Where the last known stable revision is kept, which a start without any gateway begins with. */
  readonly stateDirectory: string;
  /** How long `start` waits for a first split, in milliseconds; 10,000 where it is left out. */
  readonly startTimeoutMs?: number;
  /** Hears what went wrong in the background; all of it is tried again. */
  readonly onError?: (error: unknown) => void;
  /** A monotonic clock, in milliseconds: for tests. */
  readonly nowMs?: () => number;
}

/** How a client is. */
export interface ClientState {
  readonly splitVersion: number | undefined;
  /** How long a candidate may still be served without another word of a gateway; 0 where it may not. */
  readonly leaseLeftMs: number;
  readonly reportsWaiting: number;
  /** Given up: too many waited, they were too old, or were refused. */
  readonly reportsDropped: number;
}

export interface SluiceClient {
  /**
   * The revision of a subject: from memory, at once, whatever is away. The same subject stays on its arm. Without one, each
   * decision is dealt by itself.
   */
  decide(subject?: string): Decision;
  /** Tells how the call went that was made by a decision, once for each; it is sent in the background. */
  report(decision: Reported, outcome: Outcome): void;
  /** Tells what became of the answer; the first of a name counts. */
  feedback(decision: Reported, feedback: Feedback): void;
  state(): ClientState;
  /** Sends what waits, says goodbye and ends. */
  close(): Promise<void>;
}

const ackEveryMs = 2_000;
const reportEveryMs = 1_000;

/**
 * Begins to follow the split of an app. Resolves as soon as one is known, by a gateway or from disk.
 *
 * @throws Error where none is known in time: the reason says what the last gateway said
 */
export async function startClient(options: ClientOptions): Promise<SluiceClient> {
  const { app, name, key, nowMs = () => performance.now(), onError = () => undefined } = options;
  const decider = createDecider(nowMs);
  const lastKnown = createLastKnown(options.stateDirectory, app);
  const kept = await lastKnown.read().catch(onError);
  if (kept !== undefined) decider.startFrom(kept);
  const gateways = createGateways(options.gateways, key);
  const boot = randomBytes(9).toString('base64url');
  const ack = createAcks(gateways, decider, { app, client: name, boot }, onError);
  const reports = createReports({ gateways, client: `${name}/${boot}`, nowMs, onError });
  const stopped = new AbortController();
  const first = firstWord(decider, options.startTimeoutMs ?? 10_000);
  const keepAndAck = async (): Promise<void> => {
    const known = decider.known();
    // Who has acked a version does not go by an older one after a restart: so it is on disk first, where there is a disk.
    if (known !== undefined) await lastKnown.write(known).catch(onError);
    await ack.now();
  };
  const following = follow(
    {
      ...{ gateways, app, nowMs },
      take(event, openedMs) {
        if (decider.take(event, openedMs)) void keepAndAck();
        first.heard();
      },
      onError(error) {
        first.failed(error);
        onError(error);
      },
    },
    stopped.signal,
  );
  const acks = setInterval(() => void ack.now(), ackEveryMs);
  const sending = setInterval(() => void reports.flush(), reportEveryMs);
  const close = async (): Promise<void> => {
    stopped.abort();
    clearInterval(acks);
    clearInterval(sending);
    await following;
    await reports.flush();
    await ack.goodbye();
  };
  await first.known.catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return clientOf(decider, reports, close);
}

function clientOf(decider: Decider, reports: Reports, close: () => Promise<void>): SluiceClient {
  return {
    decide(subject) {
      const decision = decider.decide(subject);
      if (decision === undefined) throw new Error('Nothing is known of the split: wait for startClient.');
      return decision;
    },
    report: (decision, outcome) => {
      reports.outcome(decision, outcome);
    },
    feedback: (decision, feedback) => {
      reports.feedback(decision, feedback);
    },
    state() {
      const { waiting, dropped } = reports.counts();
      return {
        splitVersion: decider.known()?.split.version,
        leaseLeftMs: decider.leaseLeftMs(),
        reportsWaiting: waiting,
        reportsDropped: dropped,
      };
    },
    close,
  };
}

interface Acks {
  /** Says that this lives, and which version it goes by. */
  now(): Promise<void>;
  goodbye(): Promise<void>;
}

/** One at a time, in their order: an older version is never said after a newer one. */
function createAcks(
  gateways: Pick<Gateways, 'post'>,
  decider: Decider,
  who: { readonly app: string; readonly client: string; readonly boot: string },
  onError: (error: unknown) => void,
): Acks {
  let underWay: Promise<void> = Promise.resolve();
  let isQueued = false;
  const say = async (ended: boolean): Promise<void> => {
    isQueued = false;
    const version = decider.known()?.split.version;
    if (version !== undefined) await gateways.post('/v1/split/acks', { ...who, version, ended });
  };
  const after = (ended: boolean): Promise<void> => {
    underWay = underWay.then(() => say(ended)).catch(onError);
    return underWay;
  };
  return {
    now() {
      // What waits for its turn will say the version that is gone by then.
      if (isQueued) return underWay;
      isQueued = true;
      return after(false);
    },
    goodbye: () => after(true),
  };
}

/** The moment when something is known. */
function firstWord(decider: Decider, timeoutMs: number) {
  let last: unknown;
  const { promise, resolve, reject } = withResolvers();
  const timer = setTimeout(() => {
    const why = last instanceof Error ? ` ${last.message}` : '';
    reject(
      new Error(
        `No gateway has told of the split, and none is on disk.${why} Check the gateways' addresses, the key and its scope outcomes.`,
      ),
    );
  }, timeoutMs);
  const heard = (): void => {
    if (decider.known() === undefined) return;
    clearTimeout(timer);
    resolve();
  };
  heard();
  return {
    known: promise,
    heard,
    failed(error: unknown) {
      last = error;
    },
  };
}

/** Node 20 has no `Promise.withResolvers`. */
function withResolvers() {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { promise, resolve, reject };
}

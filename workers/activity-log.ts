import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Logger } from 'pino';

/** What a line says of the release that an activity is about. */
interface Subject {
  readonly release?: string;
  readonly app?: string;
  readonly revision?: string;
  readonly stage?: string;
}

/** A worker carries so many releases at once at most; of one that it has forgotten a line names no revision. */
const mostReleases = 1_000;

/**
 * Writes a line for each activity that ends: what it was, of which release, revision and stage, for how long, and what
 * came of it (a kind or verdict, never content). Temporal's own lines of activities name the release as well.
 */
export function createActivityLog(log: Pick<Logger, 'info' | 'warn'>): ActivityInterceptorsFactory {
  const known = new Map<string, Subject>();
  return ({ info }) => {
    let subject: Subject = {};
    const told = () => ({ workflow: info.workflowExecution?.workflowId, ...subject });
    return {
      inbound: {
        async execute(input, next) {
          subject = subjectOf(input.args[0], known);
          const about = { activity: info.activityType, attempt: info.attempt };
          const begun = performance.now();
          const ms = () => Math.round(performance.now() - begun);
          try {
            const result = await next(input);
            subject = remember(subject, result, known);
            log.info({ ...about, ...told(), ms: ms(), ...resultOf(result) }, 'an activity has ended');
            return result;
          } catch (error) {
            if (!isOrdinary(error))
              log.warn({ ...about, ...told(), ms: ms(), err: error }, 'an activity has failed');
            throw error;
          }
        },
      },
      outbound: { getLogAttributes: (input, next) => ({ ...next(input), ...subject }) },
    };
  };
}

/** One that polls ends so each time that it has to wait, and one that is cancelled: Temporal's own line of it is enough. */
function isOrdinary(error: unknown): boolean {
  return (
    error instanceof CancelledFailure ||
    (error instanceof ApplicationFailure && error.category === ApplicationFailureCategory.BENIGN)
  );
}

function textsOf<Key extends string>(value: unknown, keys: readonly Key[]): Partial<Record<Key, string>> {
  if (typeof value !== 'object' || value === null) return {};
  const pairs = keys.map((key) => [key, Reflect.get(value, key) as unknown]);
  return Object.fromEntries(pairs.filter(([, text]) => typeof text === 'string')) as Partial<
    Record<Key, string>
  >;
}

function subjectOf(args: unknown, known: ReadonlyMap<string, Subject>): Subject {
  const {
    releaseId: release,
    app,
    revision,
    stage,
  } = textsOf(args, ['releaseId', 'app', 'revision', 'stage']);
  return {
    ...(release === undefined ? {} : { release, ...known.get(release) }),
    ...textsOf({ app, revision, stage }, ['app', 'revision', 'stage']),
  };
}

/** What opens a release says whose it is, and which revision it brings. */
function remember(subject: Subject, result: unknown, known: Map<string, Subject>): Subject {
  const { releaseId: release, app, revision } = textsOf(result, ['releaseId', 'app', 'revision']);
  if (release === undefined || app === undefined || revision === undefined) return subject;
  if (known.size >= mostReleases) known.clear();
  known.set(release, { app, revision });
  return { ...subject, release, app, revision };
}

function resultOf(result: unknown): Partial<Record<string, string>> {
  return textsOf(result, ['kind', 'verdict', 'outcome', 'ended']);
}

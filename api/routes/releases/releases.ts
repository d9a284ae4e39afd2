import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { closeRelease } from '../../../config-store/releases/close-release.ts';
import { listReleases } from '../../../config-store/releases/list-releases.ts';
import { requireRelease } from '../../../config-store/releases/require-release.ts';
import { recordCommand } from '../../../config-store/releases/commands/record-command.ts';
import type { ReleaseRow } from '../../../config-store/releases/release-row.ts';
import { commandKinds, type CommandKind } from '../../../domain/release/release.ts';
import { assertMayPromote } from '../../actions/assert-may-promote.ts';
import type { ReleaseWorkflows } from '../../releases/release-workflows.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import {
  abortSchema,
  commandResultSchema,
  commandSchema,
  listReleasesQuerySchema,
  promotionSchema,
  releaseCheckSchema,
  releaseDetailSchema,
  releasePageSchema,
  startReleaseSchema,
} from '../../schemas/releases.ts';
import { releaseParamsSchema } from '../../schemas/shared.ts';
import { actionNeeds } from '../../actions/action-needs.ts';
import { startOrQueue } from '../../queue/queue.ts';
import { queuedSchema } from '../../schemas/queue.ts';
import { checkRelease, startRelease } from '../../releases/start-release.ts';
import { presentAll, presentRelease } from './present-release.ts';

export interface ReleaseRouteParts {
  readonly db: Pool;
  readonly workflows: ReleaseWorkflows;
}

/**
 * Closes a release whose candidate an abort has just taken out, without its workflow: for one that is stuck, or runs in a
 * Temporal that is no more. False where that workflow could not be told; it writes nothing any more in any case.
 */
async function closeNow(
  { db, workflows }: ReleaseRouteParts,
  { id, app }: ReleaseRow,
  actor: string,
  why: string | undefined,
): Promise<boolean> {
  const reason = `aborted by force by ${actor}${why === undefined ? '' : `: ${why}`}`;
  await closeRelease(db, { releaseId: id, outcome: 'aborted', reason, actor });
  return workflows.terminate({ id, app, reason });
}

const bodies = { pause: commandSchema, resume: commandSchema, abort: abortSchema, promote: promotionSchema };

function commandRoute(parts: ReleaseRouteParts, kind: CommandKind): Route {
  return defineRoute({
    method: 'post',
    path: `/v1/releases/{id}/${kind}`,
    operationId: `${kind}Release`,
    summary: {
      pause: 'Hold the weight where it is; guardrails go on',
      resume: 'Go on with a paused release',
      abort: 'Take the candidate back and end the release',
      promote: 'Go on from the step that is served before it has passed: recorded as an override',
    }[kind],
    ...actionNeeds[kind],
    params: releaseParamsSchema,
    body: bodies[kind],
    answers: { 202: { description: 'Recorded', schema: commandResultSchema } },
    async handle({ params, body, actor, role, idempotencyKey }) {
      const release = await requireRelease(parts.db, params.id);
      if (kind === 'promote') await assertMayPromote(parts.db, release, { role, reason: body.reason });
      const { force = false, ...decided } = { force: undefined, ...body };
      const { command: _recorded, ...told } = await recordCommand(parts.db, {
        releaseId: release.id,
        kind,
        actor,
        // Keys are their caller's own: nobody's abort may be taken for a repeat of somebody else's pause.
        idempotencyKey: `${actor} ${kind} ${idempotencyKey ?? randomUUID()}`,
        ...decided,
      });
      const woken = force
        ? await closeNow(parts, release, actor, body.reason)
        : await parts.workflows.wake(release.app);
      const { state } = await requireRelease(parts.db, params.id);
      return { status: 202, body: { releaseId: release.id, command: kind, ...told, state, woken } };
    },
  });
}

/** Releases: start, list, show, and what people decide about them. */
export function releaseRoutes(parts: ReleaseRouteParts): Route[] {
  return [
    ...startRoutes(parts),
    ...readRoutes(parts),
    ...commandKinds.map((kind) => commandRoute(parts, kind)),
  ];
}

interface StartAnswer {
  readonly description: string;
  readonly schema: typeof releaseDetailSchema | typeof queuedSchema;
}

const startAnswers: Record<201 | 202, StartAnswer> = {
  201: { description: 'Started', schema: releaseDetailSchema },
  202: { description: 'It waits for its turn: `ifBusy` asked for that', schema: queuedSchema },
};

async function started(db: Pool, id: string) {
  return { status: 201, body: await presentRelease(db, id) };
}

function startRoutes(parts: ReleaseRouteParts): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/releases',
      operationId: 'startRelease',
      summary: 'Start a release; answered once it is durably started',
      role: 'releaser',
      action: 'release',
      concerns: 'body.app',
      body: startReleaseSchema,
      answers: startAnswers,
      async handle({ body, actor, role, idempotencyKey, caller: { subject: author, tokenId } }) {
        const request = { ...body, actor, author, role, idempotencyKey };
        if (body.ifBusy !== 'queue') return started(parts.db, await startRelease(parts, request));
        const begun = await startOrQueue(parts, request, tokenId);
        return begun.kind === 'queued'
          ? { status: 202, body: begun.queued }
          : started(parts.db, begun.releaseId);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/releases/check',
      operationId: 'checkRelease',
      summary: 'What a start would find: may it be released, and has its mirror what it needs?',
      role: 'releaser',
      action: 'release',
      concerns: 'body.app',
      body: startReleaseSchema,
      // It is asked again until there is enough.
      keepAnswer: 'never',
      answers: {
        200: { description: 'It may be started, as far as `mirror` says', schema: releaseCheckSchema },
      },
      async handle({ body, actor, role, caller: { subject: author } }) {
        return { status: 200, body: await checkRelease(parts.db, { ...body, actor, author, role }) };
      },
    }),
  ];
}

function readRoutes(parts: ReleaseRouteParts): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/releases',
      operationId: 'listReleases',
      summary: 'List releases, newest first',
      role: 'viewer',
      action: 'read',
      concerns: 'listed',
      query: listReleasesQuerySchema,
      answers: { 200: { description: 'A page of releases', schema: releasePageSchema } },
      async handle({ query: { app, state, named, limit, cursor }, caller: { apps } }) {
        const page = await listReleases(parts.db, { limit, app, apps, state, named, cursor });
        const items = await presentAll(parts.db, page.items);
        return {
          status: 200,
          body: { items, ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }) },
        };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/releases/{id}',
      operationId: 'getRelease',
      summary: 'Show a release with its stages',
      role: 'viewer',
      action: 'read',
      concerns: 'path.release',
      params: releaseParamsSchema,
      answers: { 200: { description: 'The release', schema: releaseDetailSchema } },
      async handle({ params }) {
        return { status: 200, body: await presentRelease(parts.db, params.id) };
      },
    }),
  ];
}

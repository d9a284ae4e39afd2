import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { ComparedRevisions } from '../../api/schemas/dashboard/compare.ts';
import type { ReleaseView } from '../../api/schemas/dashboard/release-view.ts';
import type { ReleaseCheck } from '../../api/schemas/releases.ts';
import type { Explanation } from '../../domain/explanation/explanation.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOfRelease } from '../commands/naming/of-release.ts';
import { pairsFor, pathOfPairs } from '../commands/pairs-for.ts';
import { packRelease } from '../pack/pack.ts';
import { releaseBody } from '../pack/release-body.ts';
import { warningsOf } from '../pack/warnings.ts';
import { answerOf } from './answer.ts';

/** They change nothing, and asking again says the same. */
const reads = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

export const releaseInput = z
  .string()
  .min(1)
  .describe('A release: its id, the beginning of one, or its app, whose newest release it is');

/** `status`, `explain`, `plan` and `diff`. */
export function addReadingTools(server: McpServer, context: CommandContext): void {
  addStatus(server, context);
  addExplain(server, context);
  addPlan(server, context);
  addDiff(server, context);
}

function addStatus(server: McpServer, context: CommandContext): void {
  server.registerTool(
    'status',
    {
      description:
        'How a release is: its stages, traffic as set and as served, each guardrail, what it waits for, and what your token may do with which expected version.',
      inputSchema: { release: releaseInput },
      annotations: reads,
    },
    ({ release }) =>
      answerOf(async () => {
        const api = context.api();
        const id = await idOfRelease(api, release);
        const { row, rail, traffic, guardrails, people, reason, allowedActions } =
          await api.read<ReleaseView>(`/v1/releases/${encodeURIComponent(id)}/view`);
        const decisions = allowedActions.filter(({ action }) => action === 'pause' || action === 'abort');
        return { release: row, reason, stages: rail, traffic, guardrails, people, decisions };
      }),
  );
}

/** As many pairs as fit into what an agent reads at once. */
const mostPairs = 5;

function addExplain(server: McpServer, context: CommandContext): void {
  server.registerTool(
    'explain',
    {
      description:
        'Why a release went as it did: what failed, the evidence as odds, and what would have changed it.',
      inputSchema: {
        release: releaseInput,
        examples: z
          .boolean()
          .default(false)
          .describe('With what the worst pairs of its mirror say; only a token with the scope content may'),
      },
      annotations: reads,
    },
    ({ release, examples }) =>
      answerOf(async () => {
        const api = context.api();
        const id = await idOfRelease(api, release);
        const { looks, ...explanation } = await api.read<Explanation>(
          `/v1/releases/${encodeURIComponent(id)}/explanation`,
        );
        const newest = looks.at(-1);
        const content = examples ? await pairsFor(context, pathOfPairs(id, mostPairs)) : {};
        return { ...explanation, checks: looks.length, newestCheck: newest, ...content };
      }),
  );
}

function addPlan(server: McpServer, context: CommandContext): void {
  server.registerTool(
    'plan',
    {
      description:
        'What a release of the files in the working folder would find, without starting one: whether it is allowed, and whether its mirror has what it needs.',
      inputSchema: {
        file: z.string().default('sluice.yaml').describe('Relative to the folder where `sluice mcp` runs'),
        plan: z.string().default('default').describe('A plan of the file'),
      },
      annotations: reads,
    },
    ({ file, plan }) =>
      answerOf(async () => {
        const { settings } = context;
        const packed = await packRelease({
          ...{ file, label: undefined, allowDirty: true, allowUntracked: true, settings },
        });
        const choice = { file, plan, skipEvaluation: false, skipMirror: false, retry: false };
        const found = await context
          .api()
          .post<ReleaseCheck>('/v1/releases/check', releaseBody(packed, choice));
        return { app: packed.app, ...found, warnings: warningsOf(packed) };
      }),
  );
}

function addDiff(server: McpServer, context: CommandContext): void {
  const revision = z.string().optional();
  server.registerTool(
    'diff',
    {
      description: 'What differs between two revisions of an app, as the files that people write.',
      inputSchema: {
        app: z.string().min(1),
        from: revision.describe('A digest; what is stable in production, where it is left out'),
        to: revision.describe('A digest; the newest revision, where it is left out'),
      },
      annotations: reads,
    },
    ({ app, from, to }) =>
      answerOf(() => {
        const named = Object.entries({ from, to }).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value] as [string, string]],
        );
        const query = new URLSearchParams(named);
        return context
          .api()
          .read<ComparedRevisions>(`/v1/apps/${encodeURIComponent(app)}/compare?${query.toString()}`);
      }),
  );
}

import { randomUUID } from 'node:crypto';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { CommandResult } from '../../api/schemas/releases.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOfRelease } from '../commands/naming/of-release.ts';
import { answerOf } from './answer.ts';
import { releaseInput } from './reading-tools.ts';

/** All that an agent may decide: both make a release serve its candidate to nobody new. What widens it is for people. */
const decisions = {
  pause: {
    description:
      'Hold a release at the share that its candidate has; guardrails and lease go on. A person resumes it.',
    destructiveHint: false,
  },
  abort: {
    description: 'End a release: its candidate is taken off the traffic at once. It cannot be undone.',
    destructiveHint: true,
  },
} as const;

/** `pause` and `abort`, each with a reason, and refused where the split has moved since it was seen. */
export function addDecisionTools(server: McpServer, context: CommandContext): void {
  for (const kind of ['pause', 'abort'] as const) {
    const { description, destructiveHint } = decisions[kind];
    server.registerTool(
      kind,
      {
        description,
        inputSchema: {
          release: releaseInput,
          reason: z.string().trim().min(3).describe('Why: it is recorded, and shown to people'),
          expectedVersion: z
            .int()
            .nonnegative()
            .describe('Of `status`: the split version that you saw; refused where it has moved'),
        },
        annotations: { readOnlyHint: false, destructiveHint, idempotentHint: false, openWorldHint: false },
      },
      ({ release, reason, expectedVersion }) =>
        answerOf(async () => {
          const api = context.api();
          const id = await idOfRelease(api, release);
          const path = `/v1/releases/${encodeURIComponent(id)}/${kind}`;
          return api.post<CommandResult>(path, { reason, expectedVersion }, randomUUID());
        }),
    );
  }
}

import { z } from 'zod';
import type { WebhookMessage } from '../../config-store/webhooks/webhook-message.ts';
import { toldSentence } from '../../domain/explanation/told-sentence.ts';
import { openStates, outcomes } from '../../domain/release/release.ts';

const factsSchema = z.object({
  label: z.string().optional(),
  state: z.enum([...openStates, ...outcomes]).optional(),
  stage: z.string().optional(),
  reason: z.string().optional(),
  decidedBy: z.string().optional(),
  served: z.boolean().optional(),
  waitsFor: z.string().optional(),
  waitsUntil: z.string().optional(),
});

/** So that no name or reason becomes a mention or a link: the three characters that Slack asks to be escaped. */
function escapeForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Where people look at it; undefined where nobody has said at which URL the API is. */
function linkOf(
  publicUrl: string | undefined,
  { app, releaseId }: Pick<WebhookMessage, 'app' | 'releaseId'>,
) {
  if (publicUrl === undefined) return undefined;
  const page =
    releaseId === undefined ? `apps/${encodeURIComponent(app)}` : `r/${encodeURIComponent(releaseId)}`;
  return `${publicUrl.replace(/\/$/, '')}/ui/${page}`;
}

/**
 * A CloudEvent in structured mode, with `text` as chats take it. The same bytes at each attempt: what it says is as it was
 * when it happened.
 */
export function messageBody(message: WebhookMessage, publicUrl: string | undefined): string {
  const { id, app, environment, event, releaseId, createdAt } = message;
  const { label, stage, reason, decidedBy, ...facts } = factsSchema.parse(message.facts);
  const says = toldSentence({ app, environment, event, label, stage, reason, decidedBy, ...facts });
  const link = linkOf(publicUrl, message);
  return JSON.stringify({
    ...{ specversion: '1.0', id, source: `/sluice/${environment}/${app}`, type: `sluice.${event}.v1` },
    ...{ subject: releaseId ?? app, time: createdAt, datacontenttype: 'application/json' },
    text: link === undefined ? escapeForSlack(says) : `${escapeForSlack(says)} ${link}`,
    data: { event, app, environment, release: releaseId, revision: label, stage, decidedBy, says, link },
  });
}

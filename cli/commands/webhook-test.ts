import type { z } from 'zod';
import type { webhookTestSchema } from '../../api/schemas/watch/webhooks.ts';
import { exitCodes } from '../../domain/errors.ts';
import { done } from '../output/outcome.ts';
import type { Command } from './context.ts';

/** Has the API send one message to a webhook, and says what became of it. */
export const webhookTest: Command<{ readonly name: string }> = async (context, { name }) => {
  const sent = await context
    .api()
    .post<z.infer<typeof webhookTestSchema>>(`/v1/webhooks/${encodeURIComponent(name)}/test`, {});
  const { id, delivered, says } = sent;
  if (delivered) return done(`${name} has taken the message ${id}: ${says}.`, { ...sent });
  return {
    ...{ code: exitCodes.unreachable, word: 'not_delivered', json: { ...sent } },
    text: `${name} has not taken the message: ${says}. See its URL in SLUICE_WEBHOOKS of the API, and the receiver's log.`,
  };
};

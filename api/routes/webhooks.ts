import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { nameSchema } from '../../domain/revision/names.ts';
import { SluiceError } from '../../domain/errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { webhookTestSchema } from '../schemas/watch/webhooks.ts';
import { sendMessage } from '../webhooks/send-message.ts';
import type { Webhook } from '../webhooks/webhooks.ts';

/** One message by hand, so that a receiver is known to work before it matters. */
export function webhookTestRoute({ webhooks }: { readonly webhooks: readonly Webhook[] }): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/webhooks/{name}/test',
    operationId: 'testWebhook',
    summary: 'Send one message to a webhook, and say what became of it',
    role: 'operator',
    action: 'settings',
    concerns: 'all',
    params: z.object({ name: nameSchema }),
    answers: { 200: { description: 'What became of it', schema: webhookTestSchema } },
    async handle({ params: { name }, actor }) {
      const webhook = webhooks.find((each) => each.name === name);
      if (webhook === undefined) {
        throw new SluiceError('not_found', `The API knows no webhook named ${name}.`, {
          remedy:
            'Name it in SLUICE_WEBHOOKS of the API (docs/operations/webhooks.md), and start that again.',
        });
      }
      const id = `msg_${randomUUID().replaceAll('-', '')}`;
      const says = `A test of the webhook ${name}, sent by ${actor}.`;
      const body = JSON.stringify({
        ...{ specversion: '1.0', id, source: '/sluice', type: 'sluice.test.v1', subject: name },
        ...{ time: new Date().toISOString(), datacontenttype: 'application/json', text: says },
        data: { event: 'test', says },
      });
      const sent = await sendMessage(webhook, { id, body });
      return {
        status: 200,
        body:
          sent.kind === 'delivered'
            ? { id, delivered: true, says: `it answered ${sent.status}` }
            : { id, delivered: false, says: sent.error },
      };
    },
  });
}

import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { defineRoute, type Route } from '../http/route.ts';

/** As Temporal's own command and Web UI send them to a codec server, and take them back. */
const payloadSchema = z
  .object({
    metadata: z.record(z.string().max(200), z.base64().max(20_000)).optional(),
    data: z.base64().optional(),
  })
  .meta({ description: 'Values in base64' });
const payloadsSchema = z.object({ payloads: z.array(payloadSchema).max(500) });
/** Opens those that are sealed; throws `invalid_request` for what no key of here has sealed. */
export type OpenPayloads = (payloads: Payload[]) => Promise<Payload[]>;
type JsonPayload = z.infer<typeof payloadSchema>;

function payloadOf({ metadata = {}, data }: JsonPayload): Payload {
  const bytes = Object.entries(metadata).map(
    ([name, value]) => [name, Buffer.from(value, 'base64')] as const,
  );
  return {
    metadata: Object.fromEntries(bytes),
    ...(data === undefined ? {} : { data: Buffer.from(data, 'base64') }),
  };
}

function jsonOf({ metadata, data }: Payload): JsonPayload {
  const texts = Object.entries(metadata ?? {}).map(
    ([name, value]) => [name, Buffer.from(value).toString('base64')] as const,
  );
  return {
    metadata: Object.fromEntries(texts),
    ...(data === undefined || data === null ? {} : { data: Buffer.from(data).toString('base64') }),
  };
}

/**
 * Opens what Temporal shows sealed, for people who look at it there. It seals nothing: who could have anything sealed could
 * tell a worker anything. Each read stands in the audit log.
 */
export function payloadsRoute({ openPayloads }: { readonly openPayloads?: OpenPayloads | undefined }): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/payloads/decode',
    operationId: 'decodePayloads',
    summary:
      'Open payloads that Temporal shows sealed (a codec endpoint, without encoding); each read is audited',
    role: 'viewer',
    action: 'read',
    concerns: 'all',
    content: true,
    keepAnswer: 'never',
    body: payloadsSchema,
    answers: { 200: { description: 'What was sealed in them; others as they are', schema: payloadsSchema } },
    async handle({ body: { payloads } }) {
      if (openPayloads === undefined) {
        throw new SluiceError('conflict', 'This API has no key that opens payloads of Temporal.', {
          remedy: 'Where they are sealed, give it the SLUICE_PAYLOAD_KEYS of the workers.',
        });
      }
      const opened = await openPayloads(payloads.map(payloadOf));
      return { status: 200, body: { payloads: opened.map(jsonOf) } };
    },
  });
}

import { z } from 'zod';
import type { JsonObject } from '../../domain/json.ts';
import { packageVersion } from '../../program/package-version.ts';
import { inboundCodec } from '../../protocols/registry.ts';
import { protocols } from '../../protocols/request.ts';
import { assignSchema } from '../assign/assign.ts';
import { feedbackSchema } from '../feedback/take-feedback.ts';
import { batchSchema } from '../assign/outcomes.ts';
import { ackSchema } from '../split/client-acks.ts';
import { embeddingsSchema } from '../models/embed.ts';

const failures: Readonly<Record<number, string>> = {
  400: 'The request cannot be read, or asks for what is refused',
  401: 'No key where one is needed, or one that is not valid',
  403: 'The key is for another app or another use',
  404: 'No such app, or it is not active',
  408: 'The body did not come',
  413: 'The body is too large',
  415: 'The body does not say that it is JSON',
  421: 'Sent to a name that is not the gateway’s',
  429: 'The key has used up its quota, too many keys were wrong, or the providers are over their limit',
  502: 'The whole chain failed',
  503: 'Too much is under way, or what the answer needs is away',
  504: 'No provider answered in time',
};

/** What a gateway's callers may ask, as an OpenAPI 3.1 document. What else a vendor's body may have is the vendor's to say. */
export function gatewayDocument(): JsonObject {
  const models = protocols
    .map(inboundCodec)
    .map(({ gatewayPath, summary, bodySchema }) => [gatewayPath, { post: operation(summary, bodySchema) }]);
  return {
    openapi: '3.1.0',
    info: { title: 'Sluice gateway', version: packageVersion() },
    security: [{ bearer: [] }, { apiKey: [] }, {}],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
    },
    paths: {
      ...(Object.fromEntries(models) as JsonObject),
      '/v1/models': { get: operation('The apps that the key is for', undefined) },
      '/v1/embeddings': {
        post: operation('Texts as vectors, by a model of the environment', schemaOf(embeddingsSchema)),
      },
      '/v1/assign': { post: operation('Which revision is a subject’s', schemaOf(assignSchema)) },
      '/v1/outcomes': { post: operation('How calls past the gateway went', schemaOf(batchSchema)) },
      '/v1/split': {
        get: operation(
          'The split of an app (`?app=`) as server-sent events, and every change of it',
          undefined,
        ),
      },
      '/v1/split/acks': { post: operation('Which split an application goes by', schemaOf(ackSchema)) },
      '/v1/feedback': { post: operation('What became of answers', schemaOf(feedbackSchema)) },
      '/healthz': { get: operation('Does the process live?', undefined) },
      '/readyz': { get: operation('May it be sent requests?', undefined) },
    },
  };
}

function schemaOf(schema: z.ZodType): JsonObject {
  return JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input' }))) as JsonObject;
}

function operation(summary: string, body: JsonObject | undefined): JsonObject {
  const responses = Object.entries(failures).map(([status, description]) => [status, { description }]);
  return {
    summary,
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: { 200: { description: 'Done' }, ...(Object.fromEntries(responses) as JsonObject) },
  };
}

import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { inboundCodec } from '../registry.ts';
import { protocols, type Inbound, type Protocol } from '../request.ts';
import { upgradeSample } from './upgrade-sample.ts';

const jsonObject = z.record(z.string(), z.json());
const sampleSchema = z.object({
  version: z.literal(2),
  protocol: z.enum(protocols),
  prompt: z.string().exactOptional(),
  body: jsonObject,
  variables: jsonObject,
  documents: z.array(jsonObject).exactOptional(),
  index: z.object({ version: z.string(), digest: z.string() }).exactOptional(),
  anthropicBeta: z.string().exactOptional(),
  labels: z.record(z.string(), z.string()).exactOptional(),
});

/**
 * What is kept of a request, sealed (invariant 22): all that was asked, in the words that it was asked in. The protocol's
 * own reader understands it again as it understood the request, so nothing is lost that only one protocol knows. Fields
 * that a newer writer adds are passed over.
 */
export interface Sample {
  readonly version: 2;
  readonly protocol: Protocol;
  /** The named prompt that the caller asked for. */
  readonly prompt?: string;
  /** The request's body without what is said to Sluice: `model`, `store` and `sluice`. */
  readonly body: JsonObject;
  readonly variables: JsonObject;
  /** The documents that it was answered with, so that a replay can freeze them; absent where nobody spoke of any. */
  readonly documents?: readonly JsonObject[];
  /** Of the documents. */
  readonly index?: { readonly version: string; readonly digest: string };
  /** The caller's header `anthropic-beta`: features that it asked of Anthropic's models. */
  readonly anthropicBeta?: string;
  /** What it is of, as a caller with the right to do so says; redaction would strike nothing of it. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A sample of a request as it arrived; what was answered with comes from the answer. */
export function sampleOf(
  { request }: Pick<Inbound, 'request'>,
  answered: Omit<Sample, 'version' | 'protocol' | 'body'>,
): Sample {
  const { protocol, body } = request.raw;
  return { ...answered, version: 2, protocol, body: withoutSluice(body) };
}

/**
 * A stored sample, of this version or of before there were versions. Undefined where it is of a newer version, or no
 * request any more: redaction may have struck what a request needs.
 */
export function readSample(stored: JsonValue): Sample | undefined {
  const parsed = sampleSchema.safeParse(upgradeSample(stored) ?? stored);
  return parsed.success && isRequest(parsed.data) ? parsed.data : undefined;
}

/** What a sample asks, as its protocol's own reader understands it. Throws where it is no request any more. */
export function sampledRequest({ protocol, body }: Pick<Sample, 'protocol' | 'body'>): Inbound['request'] {
  return inboundCodec(protocol).parseRequest({ ...body, model: 'any' }).request;
}

function isRequest(sample: Sample): boolean {
  try {
    sampledRequest(sample);
    return true;
  } catch (error) {
    if (error instanceof SluiceError) return false;
    throw error;
  }
}

/**
 * The request that asks a sample again: what was asked, streamed where that was, and kept by no provider.
 *
 * @param model `<app>` or `<app>/<prompt>`
 * @param documents frozen ones; undefined where the revision retrieves again, or there were none
 */
export function askAgain(
  { protocol, body, variables, anthropicBeta }: Sample,
  { model, documents }: { readonly model: string; readonly documents: readonly JsonObject[] | undefined },
): GatewayRequest {
  const sluice = { variables, ...(documents === undefined ? {} : { documents }) };
  return {
    protocol,
    body: { ...body, model, sluice },
    headers: anthropicBeta === undefined ? {} : { 'anthropic-beta': anthropicBeta },
  };
}

function withoutSluice({ model: _model, store: _store, sluice: _sluice, ...body }: JsonObject): JsonObject {
  return body;
}

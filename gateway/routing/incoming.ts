import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { assertBoundedJson, modelRequestBounds } from '../../domain/json-bounds.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { isJsonArray, isJsonObject } from '../../protocols/fields.ts';
import { traceContextOf, type TraceContext } from '../../program/trace-context.ts';
import { labelHeader } from '../../domain/guardrail/segments/scope.ts';
import type { SaidLabels } from '../../domain/guardrail/segments/said-labels.ts';
import { callersHeaders } from '../../protocols/registry.ts';
import type { Inbound, Protocol } from '../../protocols/request.ts';
import type { Caller } from '../callers/caller.ts';
import { sameText } from '../callers/identify.ts';

// What comes from JSON.parse is JSON: to look at each value once more, by a schema, costs more than to parse it.
const jsonObject = z.custom<JsonObject>(isJsonObject, 'must be an object');
const jsonObjects = z.custom<readonly JsonObject[]>(
  (value) => isJsonArray(value) && value.every(isJsonObject),
  'must be a list of objects',
);
const sluiceFieldSchema = z.strictObject({
  variables: jsonObject.optional(),
  documents: jsonObjects.optional(),
});

const nothingSaid = sluiceFieldSchema.safeParse({});

function isEmpty(field: JsonObject): boolean {
  return Object.keys(field).length === 0;
}

/** What a request says to Sluice itself, in headers and in the body field `sluice`. */
export interface SluiceInstructions {
  readonly variables: JsonObject;
  /** Documents that the application has retrieved, or that a replay has frozen. */
  readonly documents: readonly JsonObject[] | undefined;
  readonly subject: string | undefined;
  readonly conversation: string | undefined;
  readonly assignment: string | undefined;
  /** The revision that an evaluation or a replay asks for, and the one target of its chain. */
  readonly pin: { readonly ref: string; readonly target: number | undefined } | undefined;
  readonly retryCount: string | undefined;
  readonly maySample: boolean;
  /** For the answer's head, where the request says something else of sampling than what is known. */
  readonly sampleNote: Readonly<Record<string, string>>;
  readonly trace: TraceContext | undefined;
  /** What the caller asks of one vendor in a header: features of its models. */
  readonly callersHeaders: Readonly<Record<string, string>>;
  /** What the caller says that the request is of: its word, and nothing else. */
  readonly labels: SaidLabels;
}

/** A request as the gateway's own half sees it. */
export interface IncomingModelRequest {
  readonly caller: Caller;
  readonly protocol: Protocol;
  readonly body: Buffer;
  readonly inbound: Inbound;
  readonly instructions: SluiceInstructions;
}

/** Reads headers and the field `sluice`. Throws `invalid_request`, and `forbidden` for a pin without its token. */
export function readInstructions(
  headers: IncomingHttpHeaders,
  inbound: Inbound,
  internalToken: string,
): SluiceInstructions {
  const field = isEmpty(inbound.sluice) ? nothingSaid : sluiceFieldSchema.safeParse(inbound.sluice);
  if (!field.success) {
    throw new SluiceError('invalid_request', `The body field "sluice": ${z.prettifyError(field.error)}`, {
      remedy: 'It has `variables`, an object, and `documents`, a list of objects.',
    });
  }
  return {
    variables: field.data.variables ?? {},
    documents: field.data.documents,
    subject: header(headers, 'x-sluice-subject'),
    conversation: header(headers, 'x-sluice-conversation'),
    assignment: header(headers, 'x-sluice-assignment'),
    pin: readPin(headers, internalToken),
    retryCount: header(headers, 'x-stainless-retry-count'),
    // Whoever says anything of it wants less: what is not understood keeps nothing.
    maySample: inbound.store !== false && headers['x-sluice-sample'] === undefined,
    sampleNote: sampleNoteOf(headers['x-sluice-sample']),
    trace: traceContextOf(headers),
    callersHeaders: callersHeadersIn(headers),
    labels: labelsIn(headers),
  };
}

const noHeaders: SluiceInstructions['callersHeaders'] = {};

/** Most requests have none of them. */
function callersHeadersIn(headers: IncomingHttpHeaders): SluiceInstructions['callersHeaders'] {
  if (!callersHeaders.some((name) => headers[name] !== undefined)) return noHeaders;
  return Object.fromEntries(
    callersHeaders.flatMap((name) => {
      const value = header(headers, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const noLabels: SaidLabels = {};

/** `x-sluice-label-tenant: acme` is the label `tenant`; most requests have none. */
function labelsIn(headers: IncomingHttpHeaders): SaidLabels {
  let names: string[] | undefined;
  for (const name in headers) if (name.startsWith(labelHeader)) (names ??= []).push(name);
  if (names === undefined) return noLabels;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = header(headers, name);
      return value === undefined ? [] : [[name.slice(labelHeader.length), value]];
    }),
  );
}

/** Parses a request body. Throws `invalid_request` where it is no JSON, or is nested or long beyond all bounds. */
export function parseJson(body: Buffer): JsonValue {
  assertBoundedJson(body, 'The body', modelRequestBounds);
  try {
    return JSON.parse(body.toString('utf8')) as JsonValue;
  } catch (cause) {
    throw new SluiceError('invalid_request', 'The body is no JSON.', {
      remedy: 'Send a JSON object.',
      cause,
    });
  }
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function sampleNoteOf(said: string | string[] | undefined): Record<string, string> {
  if (said === undefined || said === 'never') return {};
  return { 'x-sluice-sample': 'never; unknown value, the only one is "never"' };
}

function readPin(headers: IncomingHttpHeaders, internalToken: string): SluiceInstructions['pin'] {
  const ref = header(headers, 'x-sluice-pin');
  if (ref === undefined) return undefined;
  requireInternalToken(headers, internalToken);
  const target = header(headers, 'x-sluice-target');
  if (target !== undefined && !/^\d$/.test(target)) {
    throw new SluiceError('invalid_request', `x-sluice-target is the index of a target, not "${target}".`);
  }
  return { ref, target: target === undefined ? undefined : Number(target) };
}

/** Throws `forbidden` for whoever does not show the internal token. */
export function requireInternalToken(headers: IncomingHttpHeaders, internalToken: string): void {
  if (sameText(header(headers, 'x-sluice-internal-token') ?? '', internalToken)) return;
  throw new SluiceError(
    'forbidden',
    'A revision is pinned or probed only by those who have the internal token.',
    {
      remedy: 'Send it as x-sluice-internal-token.',
    },
  );
}

import { z } from 'zod';
import { anyJsonSchema } from '../any-json.ts';
import { durationSchema, durationWithin } from '../duration.ts';
import { keptWords } from '../text/free-text.ts';
import { nameSchema } from './names.ts';

const jsonObjectSchema = z.record(z.string(), anyJsonSchema);

type Timer = typeof durationSchema;

/**
 * The timers of a provider call. All run from the start of the call, but `idle`, which runs between two pieces. By default
 * a model may think for minutes, as long as it shows that it lives.
 */
function timeoutsSchema(timer: Timer) {
  return z.strictObject({
    connect: timer.default('2s'),
    firstContent: timer.default('60s'),
    idle: timer.default('60s'),
    total: timer.default('10m'),
  });
}

/** Without defaults: what a target does not say, the revision's timers do. */
function targetTimeoutsSchema(timer: Timer) {
  return z.strictObject({
    connect: timer.optional(),
    firstContent: timer.optional(),
    idle: timer.optional(),
    total: timer.optional(),
  });
}

/** One entry of the chain: a logical provider and a model; the environment's binding says where it is. */
function targetSchema(timer: Timer) {
  return z.strictObject({
    provider: nameSchema,
    model: z.string().min(1),
    /** Over the revision's parameters, for this target only. */
    parameters: jsonObjectSchema.optional(),
    timeouts: targetTimeoutsSchema(timer).optional(),
  });
}

function gatewayRetrievalOf(timer: Timer) {
  return z.strictObject({
    by: z.literal('gateway'),
    /** Logical name of a retriever that the operator has bound; never a URL. */
    retriever: nameSchema,
    /** `name@version`: index versions are immutable. */
    index: z.string().regex(/^[^@\s]+@[^@\s]+$/, 'an index is named name@version'),
    topK: z.int().min(1).max(200),
    filter: jsonObjectSchema.optional(),
    timeout: timer.default('2s'),
    /** What a failed or an empty retrieval means: the request fails, or goes on without documents. */
    onError: z.enum(['fail', 'continue']).default('fail'),
    onEmpty: z.enum(['fail', 'continue']).default('continue'),
  });
}

/** As it may be published. */
export const gatewayRetrievalSchema = gatewayRetrievalOf(durationWithin('1ms', '1h'));

const applicationRetrievalSchema = z.strictObject({
  by: z.literal('application'),
  /** Free JSON that `/v1/assign` hands to the application. */
  settings: jsonObjectSchema,
});

/** Fields of a request that all protocols have, whatever they call them: a caller may set those that a revision lists. */
export const callerFields = [
  'system',
  'tools',
  'tool_choice',
  'response_format',
  'stop',
  'stream',
  'metadata',
  'temperature',
  'top_p',
  'max_tokens',
] as const;

/** What makes a request one, is Sluice's own or would say where it goes: nobody's to list. */
const neverTheCallers = ['model', 'messages', 'input', 'instructions', 'sluice', 'api_key'];

/**
 * A field of `caller:`: one of `callerFields`, any other top-level parameter by its vendor's name (`seed`, `thinking`,
 * `service_tier`, `mcp_servers`), or the header `anthropic-beta`.
 */
const callerFieldSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'a caller field is the name of a top-level parameter')
  .refine(
    (name) => !neverTheCallers.includes(name),
    'this field is nothing that a revision could leave to callers',
  );

const promptSchema = z.strictObject({
  /** The dotprompt source: YAML front matter and a Handlebars template, LF, UTF-8, partials inlined. */
  template: z.string().min(1),
});

function contentSchema(timer: Timer) {
  return z.strictObject({
    prompts: z.record(nameSchema, promptSchema).default({}),
    /** The prompt for the bare app name as model; needed where there are several. */
    defaultPrompt: nameSchema.optional(),
    chain: z.array(targetSchema(timer)).min(1, 'a chain has at least one target').max(8),
    timeouts: timeoutsSchema(timer).prefault({}),
    parameters: jsonObjectSchema.default({}),
    tools: z.array(jsonObjectSchema).max(1_000).optional(),
    retrieval: z.discriminatedUnion('by', [gatewayRetrievalOf(timer), applicationRetrievalSchema]).optional(),
    caller: z
      .array(callerFieldSchema)
      .max(50)
      .default(['tools', 'tool_choice', 'response_format', 'stop', 'stream', 'metadata']),
  });
}

/**
 * What a revision is: everything that its digest covers. Immutable and content-addressed; the label stands
 * outside. No prompts means pass-through: the caller's messages go on unchanged.
 */
export const revisionContentSchema = contentSchema(durationSchema);

/** The same as it may be published: with timers that nobody would have to wait out. What was published stays readable. */
export const newRevisionContentSchema = contentSchema(durationWithin('1ms', '1h'));

export type RevisionContent = z.infer<typeof revisionContentSchema>;
export type Target = RevisionContent['chain'][number];
export type Timeouts = RevisionContent['timeouts'];
export type GatewayRetrieval = Extract<RevisionContent['retrieval'], { readonly by: 'gateway' }>;

/** What people call a target: its logical names, as `openai/gpt-5-mini`. */
export function targetName({
  provider,
  model,
}: {
  readonly provider: string;
  readonly model: string;
}): string {
  return `${provider}/${model}`;
}

/** A published revision: its content with the names it goes by. */
export interface Revision {
  readonly digest: string;
  readonly app: string;
  readonly label: string;
  readonly content: RevisionContent;
}

/** Where a revision came from: shown in the audit log, never part of the digest. */
/** Without a name and a password before the host, as addresses of CI have them. */
const withoutUser = (address: string): string => address.replace(/^(\w+:\/\/)[^@/]*@/, '$1');

const toldSchema = z.string().max(2000).overwrite(keptWords);
export const provenanceSchema = z.strictObject({
  repository: toldSchema.overwrite(withoutUser).optional(),
  commit: toldSchema.optional(),
  pullRequest: toldSchema.optional(),
  author: toldSchema.optional(),
  dirty: z.boolean().optional(),
});
export type Provenance = z.infer<typeof provenanceSchema>;

/** What `sluice active` shows: the seed of it all, one value that says what serves. */
export interface ActiveRevision {
  readonly label: string;
  readonly digest: string;
  readonly chain: { readonly provider: string; readonly model: string }[];
}

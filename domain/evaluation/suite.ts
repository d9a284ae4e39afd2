import { z } from 'zod';
import { anyJsonSchema } from '../any-json.ts';
import { nameSchema } from '../revision/names.ts';

/** What an answer can be held against: promptfoo's vocabulary, each also with `not-` before it. */
export const assertionKinds = [
  'equals',
  'contains',
  'icontains',
  'contains-all',
  'contains-any',
  'icontains-all',
  'icontains-any',
  'starts-with',
  'regex',
  'is-json',
  'javascript',
  'finish-reason',
  'latency',
  'cost',
  'llm-rubric',
  'select-best',
  'similar',
] as const;

export type AssertionKind = (typeof assertionKinds)[number];
export type AssertionType = AssertionKind | `not-${AssertionKind}`;

const assertionTypes: readonly AssertionType[] = [
  ...assertionKinds,
  ...assertionKinds.map((kind) => `not-${kind}` as const),
];

/** Why a model stops, in OpenAI's words. */
const finishReasons = ['stop', 'length', 'content_filter', 'tool_calls'] as const;

const text = z
  .union([z.string(), z.number()], 'is a text')
  .refine((value) => value !== '', 'is a text that is not empty');
/** Of tests in a suite, assertions in a test, and texts in an assertion. */
export const suiteBounds = { tests: 10_000, assertions: 1_000, texts: 10_000 };
const texts = z
  .array(text, 'is a list of texts')
  .min(1, 'has at least one text')
  .max(suiteBounds.texts, `has at most ${suiteBounds.texts} texts`);
const threshold = z.number().positive();
/** Of a judge's score, or a likeness: one that every answer reaches is none. */
const share = z.number().positive('is above 0: every answer reaches 0').max(1, 'is at most 1');
const criterion = z
  .string('is a criterion')
  .min(1, 'is a criterion')
  .max(20_000, 'is a criterion of at most 20,000 characters');
const absent = z.undefined();
const present = anyJsonSchema;

/** What `value` and `threshold` must be for each kind of assertion. */
const shapes: Record<AssertionKind, { readonly value: z.ZodType; readonly threshold: z.ZodType }> = {
  equals: { value: present, threshold: absent },
  contains: { value: text, threshold: absent },
  icontains: { value: text, threshold: absent },
  'contains-all': { value: texts, threshold: absent },
  'contains-any': { value: texts, threshold: absent },
  'icontains-all': { value: texts, threshold: absent },
  'icontains-any': { value: texts, threshold: absent },
  'starts-with': { value: text, threshold: absent },
  regex: { value: z.string('is a regular expression').min(1, 'is a regular expression'), threshold: absent },
  'is-json': {
    value: z.union([z.record(z.string(), anyJsonSchema), z.undefined()], 'is a JSON schema, or left out'),
    threshold: absent,
  },
  javascript: {
    value: z.string('is code').min(1, 'is code'),
    threshold: z.number().optional(),
  },
  'finish-reason': {
    value: z.enum(finishReasons, `is one of ${finishReasons.join(', ')}`),
    threshold: absent,
  },
  latency: { value: absent, threshold },
  cost: { value: absent, threshold },
  'llm-rubric': { value: criterion, threshold: share.optional() },
  'select-best': { value: criterion, threshold: absent },
  similar: { value: z.union([text, texts], 'is a text, or a list of texts'), threshold: share.optional() },
};

/** The kinds that ask one of the operator's judges. */
export const judgedKinds: readonly AssertionKind[] = ['llm-rubric', 'select-best'];

/** One thing that an answer must be. `threshold` is milliseconds for `latency`, US dollars for `cost`. */
export const assertionSchema = z
  .strictObject({
    type: z.enum(assertionTypes, {
      error: ({ input }) =>
        `${typeof input === 'string' ? `"${input}" is` : 'the type is'} no assertion that Sluice knows: ` +
        `${assertionKinds.join(', ')}, each also with "not-" before it`,
    }),
    value: anyJsonSchema.optional(),
    threshold: z.number().optional(),
    /** How much it counts in the score; one of weight 0 is not asked. */
    weight: z.number().min(0).default(1),
    metric: z.string().min(1).optional(),
    /** Which of the operator's judges; its default one where absent. */
    judge: nameSchema.optional(),
  })
  .superRefine((assertion, context) => {
    const { kind } = kindOf(assertion.type);
    if (assertion.judge !== undefined && !judgedKinds.includes(kind)) {
      const message = `judge of "${assertion.type}" is not taken`;
      context.addIssue({ code: 'custom', path: ['judge'], message });
    }
    const shape = shapes[kind];
    for (const field of ['value', 'threshold'] as const) {
      const checked = shape[field].safeParse(assertion[field]);
      if (checked.success) continue;
      const message = `${field} of "${assertion.type}" ${complaint(shape[field], checked.error)}`;
      context.addIssue({ code: 'custom', path: [field], message });
    }
  });

function complaint(shape: z.ZodType, error: z.ZodError): string {
  if (shape === absent) return 'is not taken';
  if (shape === present) return 'is a text, or JSON';
  if (shape === threshold) return 'must be a number above 0';
  return error.issues[0]?.message ?? 'is not what it must be';
}

/** An assertion's kind, and whether it is turned around. */
export function kindOf(type: AssertionType): { readonly kind: AssertionKind; readonly negated: boolean } {
  const negated = type.startsWith('not-');
  const kind = assertionKinds.find((each) => each === (negated ? type.slice('not-'.length) : type));
  if (kind === undefined) throw new TypeError(`${type} is no assertion type.`);
  return { kind, negated };
}

/** The caller's side of a conversation: texts, or a vendor's parts. */
const messageSchema = z.looseObject({ role: z.string(), content: anyJsonSchema });

/** `message` (or `messages`) is what the user says; all others go along as the prompt's variables. */
const caseVariablesSchema = z
  .record(z.string(), anyJsonSchema)
  .superRefine(({ message, messages }, context) => {
    if (message === undefined && messages === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'has the user’s words as "message", or a conversation as "messages"',
      });
    }
    if (message !== undefined && messages !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['message'],
        message: 'is one of "message" and "messages", not both',
      });
    }
    if (message !== undefined && typeof message !== 'string') {
      context.addIssue({ code: 'custom', path: ['message'], message: 'is a text' });
    }
    if (messages !== undefined && !z.array(messageSchema).min(1).safeParse(messages).success) {
      context.addIssue({ code: 'custom', path: ['messages'], message: 'is a list of {role, content}' });
    }
  });

const caseIdSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/,
    'an id has letters, digits, dots, dashes and underscores',
  );

/** One case as it is stored: complete, with nothing left to look up in other files. */
export const suiteCaseSchema = z.strictObject({
  id: caseIdSchema,
  description: z.string().optional(),
  /** Cases of one conversation or document share their fate and count as one unit. */
  group: z.string().min(1).optional(),
  /** The named prompt of the revision that it asks: `<app>/<prompt>`; where absent, the app's default one. */
  prompt: nameSchema.optional(),
  /** No pass rate outvotes a critical case. */
  critical: z.boolean().default(false),
  vars: caseVariablesSchema,
  assert: z
    .array(assertionSchema)
    .max(suiteBounds.assertions, `has at most ${suiteBounds.assertions} assertions`)
    .refine(
      (assertions) => assertions.some(({ weight }) => weight > 0),
      'has at least one assertion that counts',
    ),
  /** Pass by score: the weighted mean must reach it. Where absent, every assertion must pass. */
  threshold: z.number().optional(),
});

/** What of an answer can be judged without knowing the right one. */
const kindsOfLive: readonly AssertionKind[] = assertionKinds.filter(
  (kind) => !['equals', 'select-best', 'similar', 'latency', 'cost'].includes(kind),
);

/** What live answers are scored by while a release is on. */
const liveSchema = z.strictObject({
  assert: z
    .array(assertionSchema)
    .max(suiteBounds.assertions, `has at most ${suiteBounds.assertions} assertions`)
    .refine((all) => all.some(({ weight }) => weight > 0), 'has at least one assertion that counts')
    .superRefine((all, context) => {
      for (const [i, { type }] of all.entries()) {
        if (kindsOfLive.includes(kindOf(type).kind)) continue;
        const message = `"${type}" needs to know more than a live answer tells: ${kindsOfLive.join(', ')} do not`;
        context.addIssue({ code: 'custom', path: [i, 'type'], message });
      }
    }),
});

/** A suite, whose tests are looked at as `test` says. */
export function suiteSchemaOf<Test extends z.ZodType<{ readonly id: string }>>(test: Test) {
  return z.strictObject({
    description: z.string().optional(),
    tests: z
      .array(test)
      .min(1, 'has at least one test')
      .max(suiteBounds.tests, `has at most ${suiteBounds.tests} tests`)
      .refine(
        (tests) => new Set(tests.map(({ id }) => id)).size === tests.length,
        'has tests with different ids',
      ),
    live: liveSchema.optional(),
  });
}

/** A suite as it is stored with a release: promptfoo's words, defaults merged and files taken in. */
export const suiteSchema = suiteSchemaOf(suiteCaseSchema);

/** A suite with the name and the digest that a release knows it by. */
export const publishedSuiteSchema = z.strictObject({
  name: nameSchema,
  digest: z.string(),
  content: suiteSchema,
});

export type Assertion = z.infer<typeof assertionSchema>;
export type SuiteCase = z.infer<typeof suiteCaseSchema>;
export type PublishedSuite = z.infer<typeof publishedSuiteSchema>;

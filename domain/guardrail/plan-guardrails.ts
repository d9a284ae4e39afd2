import { z } from 'zod';
import { unknownKeyText } from '../faults-of.ts';
import { nameSchema } from '../revision/names.ts';
import type { Guardrail, GuardrailSettings } from './guardrail.ts';
import { guardrails } from './guardrails.ts';
import { checkOptions, optionFields, shareField, zeroToleranceField } from './options.ts';
import { mostSegments, noScopeField, scopeField, scopeIn } from './segments/scope.ts';

/** The settings of a plan's guardrails, by name; a name that is not there is one that the plan does not judge. */
export type PlanGuardrails = Readonly<Record<string, GuardrailSettings>>;

/** Each look judges and stores all of them. */
const mostGuardrails = 50;

const kinds = guardrails.map(({ name }) => name);
const kindsSentence = `kinds are ${kinds.join(', ')}`;

function fieldsOf(guardrail: Guardrail): Guardrail['planFields'] {
  const { planFields, canHaveZeroTolerance, canHaveSegments, noSegments } = guardrail;
  return {
    ...planFields,
    ...optionFields,
    ...(canHaveZeroTolerance === true ? zeroToleranceField : {}),
    ...(canHaveSegments === true ? scopeField : noScopeField(noSegments)),
  };
}

/**
 * What is said of fields that a kind does not have: a line for each, in their order. One that other kinds have is no slip of
 * the pen.
 */
function unknownFields(guardrail: Guardrail, keys: readonly string[]): string {
  return keys
    .map((key) => {
      const others = guardrails.filter((each) => Object.hasOwn(fieldsOf(each), key)).map(({ name }) => name);
      if (others.length === 0) return unknownKeyText(key);
      return `"${key}" is no option of ${guardrail.name}, but of ${others.join(', ')}`;
    })
    .join('\n');
}

function strictSettings<Fields extends Record<string, z.ZodType>>(guardrail: Guardrail, fields: Fields) {
  const error: z.core.$ZodErrorMap = (issue) =>
    issue.code === 'unrecognized_keys' ? unknownFields(guardrail, issue.keys) : undefined;
  return z.strictObject(fields, { error }).superRefine(checkOptions);
}

/** Settings under the kind's own name; where nothing is said of it, its defaults hold. */
function ownSettings(guardrail: Guardrail) {
  const { shareByItself } = guardrail;
  const share = shareByItself === undefined ? {} : shareField(shareByItself);
  const settings = strictSettings(guardrail, { ...fieldsOf(guardrail), ...share });
  // What is not named is not stored either: plans of before keep their digest.
  if (guardrail.offByDefault === true) return z.union([settings, z.literal('off')]).exactOptional();
  return (guardrail.canBeOff === true ? z.union([settings, z.literal('off')]) : settings).prefault({});
}

/** Settings under another name, which say of which kind they are. */
function namedSettings(guardrail: Guardrail) {
  return strictSettings(guardrail, { kind: z.literal(guardrail.name), ...fieldsOf(guardrail) }).meta({
    title: guardrail.name,
    description: guardrail.words.bad,
  });
}

/** What only has names of its own comes first: it is what such entries are for. */
const namedKinds = [...guardrails].sort(
  (a, b) => Number(b.onlyNamed === true) - Number(a.onlyNamed === true),
);

/** By name, as a plan is stored. */
const recordSchema = z
  .object(
    Object.fromEntries(
      guardrails
        .filter(({ onlyNamed }) => onlyNamed !== true)
        .map((guardrail) => [
          guardrail.name,
          ownSettings(guardrail).meta({ description: guardrail.words.bad }),
        ]),
    ),
  )
  .catchall(z.discriminatedUnion('kind', asUnion(namedKinds.map(namedSettings)), { error: kindFault }))
  .superRefine((settings, context) => {
    if (Object.keys(settings).length > mostGuardrails)
      context.addIssue({ code: 'custom', message: `a plan has at most ${mostGuardrails} guardrails` });
    const segments = Object.values(settings).reduce((sum, each) => sum + segmentsIn(each), 0);
    if (segments > mostSegments)
      context.addIssue({
        code: 'custom',
        message: `a plan has at most ${mostSegments} segments, not ${segments}: name fewer values`,
      });
    for (const name of Object.keys(settings)) {
      const { error } = nameSchema.safeParse(name);
      const [issue] = error?.issues ?? [];
      const message = issue?.message ?? reserved(name);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
    }
  });

function segmentsIn(settings: unknown): number {
  return scopeIn(settings)?.values.length ?? 0;
}

function reserved(name: string): string | undefined {
  if (name === 'emergency') return 'this is a bound of `absolute`';
  const kind = guardrails.find((guardrail) => guardrail.name === name);
  return kind?.onlyNamed === true ? 'it has a name of its own, that says what it is about' : undefined;
}

function kindFault(): string {
  return `there is no guardrail of this name, and what has a name of its own says its \`kind\`: ${kindsSentence}`;
}

function asUnion<T>([first, ...rest]: readonly T[]): [T, ...T[]] {
  if (first === undefined) throw new RangeError('There is no guardrail.');
  return [first, ...rest];
}

const entrySchema = z
  .looseObject({
    name: nameSchema,
    kind: z
      .string()
      .optional()
      .meta({ description: `Its name, where nothing is said; ${kindsSentence}` }),
    off: z.boolean().optional().meta({ description: 'Leaves it unjudged' }),
  })
  .meta({ description: 'One guardrail: the fields of its kind stand beside its name' });

/** As people write several of one kind: a list, each with its name. */
const listSchema = z
  .array(entrySchema)
  .max(mostGuardrails)
  .transform((entries, context) => {
    const settings: Record<string, unknown> = {};
    for (const [i, { name, kind = name, off, ...rest }] of entries.entries()) {
      const fault = (message: string): void => {
        context.addIssue({ code: 'custom', path: [i, 'name'], message, input: entries });
      };
      if (Object.hasOwn(settings, name)) fault(`"${name}" is there twice`);
      if (kind !== name && kinds.includes(name)) fault(`"${name}" is a kind of its own, and not of ${kind}`);
      if (off === true && kind !== name) fault(`"${name}" is judged only where it stands here: leave it out`);
      settings[name] = off === true ? 'off' : kind === name ? rest : { kind, ...rest };
    }
    return settings;
  })
  .pipe(recordSchema);

const eitherSchema: z.ZodType<PlanGuardrails> = z.union([recordSchema, listSchema]);

/**
 * The `guardrails` of a plan's file: a list of entries with names, or the record by name that it is stored as. Those that
 * have a name of their own are judged where they stand there, all others unless they are `off`.
 */
export const guardrailsSchema = eitherSchema.prefault({});

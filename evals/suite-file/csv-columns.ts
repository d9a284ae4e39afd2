import { SluiceError } from '../../domain/errors.ts';

/** What a column is. `note`: of the team, and of no meaning here. */
export type Column =
  | { readonly kind: 'variable' | 'expected' | 'note'; readonly name: string }
  | { readonly kind: 'config'; readonly name: string; readonly of: string }
  | {
      readonly kind: 'field';
      readonly name: string;
      readonly field: 'id' | 'description' | 'group' | 'prompt' | 'metric' | 'threshold' | 'critical';
    }
  /** Of promptfoo, about the prompt or the provider: it may only be empty. */
  | { readonly kind: 'elsewhere'; readonly name: string; readonly why: string };

const fields = ['id', 'description', 'group', 'prompt', 'metric', 'threshold', 'critical'] as const;
const elsewhere: Readonly<Record<string, string>> = {
  __prefix:
    'would change the prompt, which is the revision’s own: put it into the prompt, or into a variable',
  __suffix:
    'would change the prompt, which is the revision’s own: put it into the prompt, or into a variable',
  __providerOutput: 'would take the place of the revision’s answer: leave it out',
};
const singleUnderscore =
  /^_(?:expected|prefix|suffix|description|providerOutput|metric|threshold|metadata|config)/;

/**
 * Reads the first line of a CSV file, in which spaces around a name do not count. Throws `invalid_file` for a name that
 * is none, stands there twice, or begins as special ones do and is not known: nothing in a file is ignored.
 */
export function readColumns(names: readonly string[], file: string): Column[] {
  const columns = names.map((name) => columnOf(name.trim(), file));
  const first = new Map(columns.map(({ name }, i) => [name, i] as const).toReversed());
  const twice = columns.find(({ name }, i) => first.get(name) !== i);
  if (twice !== undefined) throw notUnderstood(file, `column "${twice.name}" is there twice`);
  return columns;
}

function columnOf(name: string, file: string): Column {
  if (name === '') throw notUnderstood(file, 'a column has no name');
  if (singleUnderscore.test(name)) throw notUnderstood(file, `did you mean "_${name}" by "${name}"?`);
  if (!name.startsWith('__')) return { kind: 'variable', name };
  if (/^__expected\d*$/.test(name)) return { kind: 'expected', name };
  const why = elsewhere[name];
  if (why !== undefined) return { kind: 'elsewhere', name, why };
  const of = /^__config:(__expected\d*):threshold$/.exec(name)?.[1];
  if (of !== undefined) return { kind: 'config', name, of };
  const field = name === '__metadata:critical' ? 'critical' : fields.find((each) => name === `__${each}`);
  if (field !== undefined) return { kind: 'field', name, field };
  const note = /^__metadata:(.+)$/.exec(name)?.[1];
  if (note !== undefined && !/^critical(?:\[\])?$/i.test(note.trim())) return { kind: 'note', name };
  throw notUnderstood(file, `column "${name}" is not understood`);
}

function notUnderstood(file: string, what: string): SluiceError {
  return new SluiceError('invalid_file', `${file}:1: ${what}.`, {
    remedy:
      'Columns of their own kind are __expected, __expected1…, __config:__expected1:threshold, __id, __description, ' +
      '__group, __prompt, __metric, __threshold, __critical (true or false) and __metadata:…; all others are variables.',
  });
}

import type { Argument, Command as Program, Option } from 'commander';

export interface Candidate {
  readonly value: string;
  readonly says: string;
}

/** What may stand where the cursor is: words that are known here, and what has to be asked for. */
export interface Wanted {
  readonly known: readonly Candidate[];
  readonly live?: LiveKind | undefined;
}

/** `files` are completed by the shell, the others by asking the API. */
export type LiveKind =
  | { readonly kind: 'files' }
  | { readonly kind: 'apps' | 'environments' }
  /** `open`: where it is to be changed or followed, a closed one is of no use. */
  | { readonly kind: 'releases'; readonly open: boolean }
  | { readonly kind: 'labels'; readonly app: string };

interface Place {
  readonly program: Program;
  /** What already stands for its arguments. */
  readonly given: readonly string[];
  /** The option whose value the next word is. */
  readonly valueOf: Option | undefined;
}

/**
 * What may be written at the cursor of a command line.
 *
 * @param before the words between `sluice` and the cursor's own
 * @param current the beginning of the cursor's word, which is not looked at but for what kind of word it is
 */
export function wantedAt(root: Program, before: readonly string[], current: string): Wanted {
  // A shell that takes `=` for the end of a word gives it as a word of its own.
  const { program, given, valueOf } = placeAfter(
    root,
    before.filter((word) => word !== '='),
  );
  if (valueOf !== undefined) return valueOfOption(valueOf, given);
  if (current.startsWith('-')) return { known: optionsOf(program) };
  const subcommands = given.length === 0 ? program.createHelp().visibleCommands(program) : [];
  const known = subcommands.map((each) => ({ value: each.name(), says: each.description() }));
  const argument = program.registeredArguments[given.length];
  if (argument === undefined) return { known };
  const wanted = valueOfArgument(argument, program, given);
  return { ...wanted, known: [...known, ...wanted.known] };
}

function placeAfter(root: Program, words: readonly string[]): Place {
  let place: Place = { program: root, given: [], valueOf: undefined };
  for (const word of words) place = next(place, word);
  return place;
}

function next({ program, given, valueOf }: Place, word: string): Place {
  if (valueOf !== undefined) return { program, given, valueOf: undefined };
  if (word.startsWith('-')) {
    const found = allOptions(program).find(({ long, short }) => word === long || word === short);
    return { program, given, valueOf: found?.required === true ? found : undefined };
  }
  const below = given.length === 0 ? program.commands.find((each) => each.name() === word) : undefined;
  if (below !== undefined) return { program: below, given: [], valueOf: undefined };
  return { program, given: [...given, word], valueOf: undefined };
}

function allOptions(program: Program): Option[] {
  const help = program.createHelp();
  help.showGlobalOptions = true;
  return [...help.visibleOptions(program), ...help.visibleGlobalOptions(program)];
}

function optionsOf(program: Program): Candidate[] {
  return allOptions(program).flatMap(({ long, description }) =>
    long === undefined ? [] : [{ value: long, says: description }],
  );
}

function valueOfOption({ long, argChoices, flags }: Option, [app]: readonly string[]): Wanted {
  if (argChoices !== undefined) return { known: choices(argChoices) };
  if (/[<[]file[>\]]$/.test(flags)) return { known: [], live: { kind: 'files' } };
  if (long === '--app') return { known: [], live: { kind: 'apps' } };
  if (long === '--release') return { known: [], live: { kind: 'releases', open: false } };
  if (long === '--environment') return { known: [], live: { kind: 'environments' } };
  if ((long === '--to' || long === '--take-out') && app !== undefined)
    return { known: [], live: { kind: 'labels', app } };
  return { known: [] };
}

/** Of a closed release there is only to read. */
const needOpen = ['pause', 'resume', 'abort', 'promote', 'approve', 'watch'];
const fileArguments = ['file', 'labels', 'directory'];

function valueOfArgument(argument: Argument, program: Program, given: readonly string[]): Wanted {
  const name = argument.name();
  if (argument.argChoices !== undefined) return { known: choices(argument.argChoices) };
  if (name === 'release')
    return { known: [], live: { kind: 'releases', open: needOpen.includes(program.name()) } };
  if (name === 'app') return { known: [], live: { kind: 'apps' } };
  // `app set <name>` takes one that there is; tokens and keys have names that nobody else should be told.
  if (name === 'name' && program.parent?.name() === 'app' && given.length === 0)
    return { known: [], live: { kind: 'apps' } };
  return fileArguments.includes(name) ? { known: [], live: { kind: 'files' } } : { known: [] };
}

function choices(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, says: '' }));
}

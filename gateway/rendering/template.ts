import { Script } from 'node:vm';
import Handlebars from 'handlebars';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { blockHelpers, markHelpers, printIntoSlots, slotHelper, valueHelpers } from './print-into-slots.ts';
import { createBudget, type Budget } from './budget.ts';
import { isMustache, isPath } from './template-nodes.ts';
import type { Slots } from './slots.ts';

/** A compiled template: writes text with dotprompt's marks in it, and every value in a slot. */
export type Template = (variables: JsonObject, slots: Slots) => string;

const helperNames = [...markHelpers, ...blockHelpers, ...valueHelpers];
const options: CompileOptions = {
  noEscape: true,
  knownHelpersOnly: true,
  knownHelpers: Object.fromEntries([slotHelper, ...helperNames].map((name) => [name, true])),
};

/** What values inherit is none of theirs. By default the same, and told on the console each time. */
const ownProperties = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false };

/** Compiles a Handlebars template. Throws `invalid_file` saying where it is not understood. */
export function compileTemplate(source: string): Template {
  const handlebars = Handlebars.create();
  const program = understood(() => handlebars.parse(source));
  printIntoSlots(program);
  // Handlebars' own `compile` does it at the first use: too late to be told, and once more.
  const compiled: unknown = understood(() => handlebars.precompile(program, options));
  if (typeof compiled !== 'string') throw new TypeError('Handlebars precompiles to JavaScript.');
  const render = handlebars.template<JsonObject>(
    new Script(`(${compiled})`).runInThisContext() as TemplateSpecification,
  );
  const write: Template = (variables, slots) =>
    render(variables, { ...ownProperties, helpers: helpersFor(slots, createBudget()) });
  return program.body.every(isFixed) ? writtenOnce(write) : write;
}

/** Is it the same whatever the variables are? */
function isFixed(statement: hbs.AST.Statement): boolean {
  if (!isMustache(statement)) return ['ContentStatement', 'CommentStatement'].includes(statement.type);
  const { path, params, hash } = statement;
  const name = isPath(path) ? path.original : undefined;
  const takes = name === 'role' ? 1 : 0; // A role is written out.
  return (name === 'role' || name === 'history') && params.length === takes && !hasPairs(hash);
}

/** The types do not say that there may be none. */
function hasPairs(hash: hbs.AST.Hash | undefined): boolean {
  return hash !== undefined && hash.pairs.length > 0;
}

function writtenOnce(write: Template): Template {
  let text: string | undefined;
  return (variables, slots) => (text ??= write(variables, slots));
}

/** Characters of a template, tags in it, and characters in these: compiling takes some 0.1 ms a tag. */
const limits = { source: 512 * 1024, tags: 1_000, inTags: 16_000 };
/** The templates of a revision together may have so many times as much: between two of them a gateway answers others. */
const timesTogether = 4;

/** Throws `invalid_file` for a template that would take a gateway's time from its callers when it is compiled. */
export function assertModestTemplate(source: string): void {
  assertWithin('The template has', measured([source], limits), limits);
}

/** Throws `invalid_file` for a revision whose templates, each of them modest, are too many. */
export function assertModestTemplates(sources: readonly string[]): void {
  const together = {
    source: timesTogether * limits.source,
    tags: timesTogether * limits.tags,
    inTags: timesTogether * limits.inTags,
  };
  assertWithin('The templates of the revision have together', measured(sources, together), together);
}

type Size = typeof limits;

function assertWithin(what: string, size: Size, most: Size): void {
  const excess =
    (size.source > most.source && `more than ${most.source} characters`) ||
    (size.tags > most.tags && `more than ${most.tags} tags`) ||
    (size.inTags > most.inTags && `more than ${most.inTags} characters between braces`);
  if (excess === false) return;
  throw new SluiceError('invalid_file', `${what} ${excess}.`, {
    remedy: 'Move what repeats into a variable, and loop over it with {{#each}}.',
  });
}

/** What templates take to compile. Reads no further than the limits. */
function measured(sources: readonly string[], most: Size): Size {
  const size = { source: 0, tags: 0, inTags: 0 };
  for (const source of sources) {
    size.source += source.length;
    for (let at = source.indexOf('{{'); at !== -1; at = source.indexOf('{{', at + 2)) {
      const end = source.indexOf('}}', at);
      size.tags += 1;
      size.inTags += (end === -1 ? source.length : end) - at - 2;
      if (size.tags > most.tags || size.inTags > most.inTags) return size;
    }
  }
  return size;
}

function understood<T>(step: () => T): T {
  try {
    return step();
  } catch (cause) {
    const why = messageOf(cause).split('\n').slice(0, 3).join(' ');
    throw new SluiceError('invalid_file', `The template is not understood: ${why}`, {
      remedy: `Write Handlebars with no other helpers than ${helperNames.join(', ')}.`,
      cause,
    });
  }
}

/** Dotprompt's helpers. Their marks are what it splits the text at. */
function helpersFor(slots: Slots, budget: Budget): Record<string, Handlebars.HelperDelegate> {
  return {
    [slotHelper]: (value: unknown) => {
      const text = textOf(value);
      budget.spend(text.length);
      return new Handlebars.SafeString(text === '' ? '' : slots.put(text));
    },
    json: (value: unknown, { hash }: Handlebars.HelperOptions) => {
      const written: unknown = JSON.stringify(value, null, Number(hash['indent'] ?? 0));
      const text = String(written);
      budget.spend(text.length);
      return new Handlebars.SafeString(text);
    },
    each(this: unknown, list: unknown, loop: Handlebars.HelperOptions) {
      const turn: Handlebars.TemplateDelegate = (...turned) => {
        // A body of one expression gives what that is: a text in a wrapping of Handlebars'.
        const printed: unknown = loop.fn(...turned);
        const text = String(printed);
        budget.spend(text.length);
        return text;
      };
      return Handlebars.helpers['each']?.call(this, list, { ...loop, fn: turn }) as unknown;
    },
    role: (name: unknown) => mark(`role:${String(name)}`),
    history: () => mark('history'),
    media: ({ hash }: Handlebars.HelperOptions) =>
      mark(
        ['media:url', hash['url'], hash['contentType']]
          .filter((word) => word !== undefined)
          .map(String)
          .join(' '),
      ),
    ifEquals(this: unknown, left: unknown, right: unknown, { fn, inverse }: Handlebars.HelperOptions) {
      return left === right ? fn(this) : inverse(this);
    },
    unlessEquals(this: unknown, left: unknown, right: unknown, { fn, inverse }: Handlebars.HelperOptions) {
      return left === right ? inverse(this) : fn(this);
    },
  };
}

function mark(text: string): Handlebars.SafeString {
  return new Handlebars.SafeString(`<<<dotprompt:${text}>>>`);
}

/** Like Handlebars, but that lists and objects print as JSON: `[object Object]` helps nobody. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Handlebars.SafeString) return value.toString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}

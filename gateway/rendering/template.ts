import { Script } from 'node:vm';
import Handlebars from 'handlebars';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { blockHelpers, markHelpers, printIntoSlots, slotHelper, valueHelpers } from './print-into-slots.ts';
import type { Slots } from './slots.ts';

/** A compiled template: writes text with dotprompt's marks in it, and every value in a slot. */
export type Template = (variables: JsonObject, slots: Slots) => string;

const helperNames = [...markHelpers, ...blockHelpers, ...valueHelpers];
const options: CompileOptions = {
  noEscape: true,
  knownHelpersOnly: true,
  knownHelpers: Object.fromEntries([slotHelper, ...helperNames].map((name) => [name, true])),
};

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
  return (variables, slots) => render(variables, { helpers: helpersFor(slots) });
}

/** Characters of a template, tags in it, and characters in these: compiling takes some 0.1 ms a tag. */
const limits = { source: 512 * 1024, tags: 1_000, inTags: 16_000 };

/** Throws `invalid_file` for a template that would take a gateway's time from its callers when it is compiled. */
export function assertModestTemplate(source: string): void {
  let tags = 0;
  let inTags = 0;
  for (let at = source.indexOf('{{'); at !== -1; at = source.indexOf('{{', at + 2)) {
    const end = source.indexOf('}}', at);
    tags += 1;
    inTags += (end === -1 ? source.length : end) - at - 2;
    if (tags > limits.tags || inTags > limits.inTags) break;
  }
  const excess =
    (source.length > limits.source && `is longer than ${limits.source} characters`) ||
    (tags > limits.tags && `has more than ${limits.tags} tags`) ||
    (inTags > limits.inTags && `has more than ${limits.inTags} characters between braces`);
  if (excess === false) return;
  throw new SluiceError('invalid_file', `The template ${excess}.`, {
    remedy: 'Move what repeats into a variable, and loop over it with {{#each}}.',
  });
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
function helpersFor(slots: Slots): Record<string, Handlebars.HelperDelegate> {
  return {
    [slotHelper]: (value: unknown) => {
      const text = textOf(value);
      return new Handlebars.SafeString(text === '' ? '' : slots.put(text));
    },
    json: (value: unknown, { hash }: Handlebars.HelperOptions) =>
      new Handlebars.SafeString(JSON.stringify(value, null, Number(hash['indent'] ?? 0))),
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

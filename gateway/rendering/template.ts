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
  // Handlebars compiles at the first use; compiling twice shows what is wrong at publication.
  understood(() => handlebars.precompile(program, options));
  const render = handlebars.compile<JsonObject>(program, options);
  return (variables, slots) => render(variables, { helpers: helpersFor(slots) });
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

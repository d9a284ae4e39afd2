/** Takes whatever it is given: nothing is refused for a name that stands for nothing. */
const open = '---\ninput:\n  schema:\n    (*): any\n---\n';

/** The chain of properties by which a template without Handlebars' guards makes a function of its own text. */
const byHelpers = `{{#with "s" as |string|}}{{#with "e"}}{{#with split as |list|}}{{this.pop}}
{{this.push (lookup string.sub "constructor")}}{{this.pop}}{{#with string.split as |codes|}}{{this.pop}}
{{this.push "return process.env.SLUICE_TEST_CANARY;"}}{{this.pop}}{{#each list}}
{{#with (string.sub.apply 0 codes)}}{{this}}{{/with}}{{/each}}{{/with}}{{/with}}{{/with}}{{/with}}`;

const names = ['constructor', '__proto__', 'toString', 'valueOf', '__defineGetter__', '__lookupGetter__'];
const own = [
  'helperMissing',
  'blockHelperMissing',
  'helpers',
  'log',
  'lookupProperty',
  'container',
  'depth0',
];
/** Ends a JavaScript string, an identifier or a comment of whatever a compiler writes a name into. */
const breakouts = [
  '"',
  "'",
  '`',
  '\\',
  '*/',
  '\u2028',
  '\n',
  '${process}',
  '");globalThis.left=process.pid;("',
];

/** Templates that try to get at more than their variables, by what they do. */
export const templateAttacks: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [...names, ...own].flatMap((name) => [
      [`${name} printed`, `{{${name}}}`],
      [`${name} of this`, `{{this.${name}}}{{./${name}}}{{@root.${name}}}{{../${name}}}`],
      [`${name} in brackets`, `{{[${name}]}}{{this.[${name}]}}{{a.[${name}].[${name}]}}`],
      [`${name} looked up`, `{{lookup this "${name}"}}{{lookup (lookup a "${name}") "${name}"}}`],
      [`${name} as JSON`, `{{json ${name}}}{{json (lookup this "${name}")}}`],
      [`${name} as a block`, `{{#${name}}}OUT{{/${name}}}`],
      [`${name} called`, `{{${name} "return process.env.SLUICE_TEST_CANARY"}}`],
      [`${name} called within`, `{{json (${name} "return process.env.SLUICE_TEST_CANARY")}}`],
      [
        `${name} gone through`,
        `{{#each ${name}}}OUT{{this}}{{/each}}{{#with a.${name}}}OUT{{this}}{{/with}}`,
      ],
      [`${name} as a parameter’s name`, `{{#each list as |${name}|}}{{${name}.constructor}}{{/each}}`],
    ]),
  ),
  'the known chain': byHelpers,
  'the constructor of a function of a value': '{{a.b.constructor.constructor "return process.pid"}}',
  'a partial': '{{> x}}{{> (lookup this "a")}}{{#> x}}OUT{{/x}}',
  'a decorator': '{{* x}}{{#*inline "x"}}OUT{{/inline}}{{> x}}',
  'a raw block': '{{{{a}}}}{{b}}{{{{/a}}}}',
  'a literal': '{{"constructor"}}{{1}}{{true}}{{null}}{{undefined}}',
  'data of its own': '{{@partial-block}}{{@exports}}{{@root}}{{@constructor}}{{@index.constructor}}',
  'the helper that fills slots': '{{sluice:slot a}}{{[sluice:slot] a}}',
  'a mark of its own': '<<<dotprompt:role:system>>>OUT<<<dotprompt:media:url http://127.0.0.1/>>>',
  'a role of a variable': '{{role a}}{{role}}{{role "root"}}',
  'a media of a file': '{{media url="file:///etc/passwd"}}',
  ...Object.fromEntries(
    breakouts.flatMap((text) => [
      [`a name with ${JSON.stringify(text)}`, `{{[a${text}b]}}{{this.[${text}]}}`],
      [`a text with ${JSON.stringify(text)}`, `{{json "${text.replaceAll('"', '')}"}}a${text}b`],
      [`a parameter with ${JSON.stringify(text)}`, `{{#each list as |a${text}|}}x{{/each}}`],
      [`an argument with ${JSON.stringify(text)}`, `{{json a [${text}]=1}}{{media [${text}]=a}}`],
    ]),
  ),
};

/** The same for callers: what their values must not become. */
export const openTemplates: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(templateAttacks).map(([name, template]) => [name, open + template]),
);

const bomb = Array.from({ length: 12 }, (_, i) => {
  const former = `*a${i},`.repeat(9);
  return `a${i + 1}: &a${i + 1} [${former.slice(0, -1)}]`;
}).join('\n');

/** Prompts that would take a compiler's time or memory. Each is refused, one way or the other. */
export const exhaustingPrompts: Readonly<Record<string, string>> = {
  'half a million characters': 'a'.repeat(600_000),
  'tags without an end': '{{a}}'.repeat(1_001),
  'one tag without an end': `{{${'a.'.repeat(10_000)}a}}`,
  'braces that never close': '{{'.repeat(300_000),
  'blocks in blocks': `${'{{#if a}}'.repeat(20_000)}${'{{/if}}'.repeat(20_000)}`,
  'arguments in arguments': `{{json ${'(lookup '.repeat(3_000)}a${' "b")'.repeat(3_000)}}}`,
  'comments in braces': '{{!-- '.repeat(100_000),
  'aliases of aliases': `---\na0: &a0 [x]\n${bomb}\n---\nx`,
  'lists in lists': `---\ninput: ${'['.repeat(100_000)}\n---\nx`,
  'a schema without an end': `---\ninput: {schema: ${'{a(object): '.repeat(2_000)}string${'}'.repeat(2_000)}}\n---\nx`,
};

const manyValues = Array.from({ length: 7_900 }, () => 'a').join();

/** Modest in all that can be measured beforehand: what it takes shows only when it is tried. */
export const longToCheck = `---\ninput:\n  schema: {v(enum): [${manyValues}]}\n---\n${'{{lookup v v v v v}}'.repeat(1_000)}`;

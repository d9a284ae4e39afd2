import type { Random } from './random.ts';

/** Texts to look for. */
const plainTexts: readonly string[] = [
  ...['card', 'Card', 'CARD', 'the secret', 'The secret ', ' a', 'a', 'b', '5', '5.0', '1.5', 'true', 'null'],
  ...[
    'é',
    'É',
    'ß',
    'İ',
    'line\nbreak',
    'tab\t',
    '{"a":1}',
    '[1, 2]',
    '"a"',
    '$&',
    'a.b',
    '  ',
    '{',
    '}}',
    '{a}',
  ],
];

/** Texts that mean something to a template, or look as if they did. */
const templates: readonly string[] = [
  ...[
    '{{name}}',
    '{{ name }}',
    '{{n}}',
    '{{f}}',
    '{{b}}',
    '{{empty}}',
    '{{pair}}',
    '{{dollar}}',
    '{{spaced}}',
  ],
  ...[
    'a {{name}} b',
    '{{name}}{{n}}',
    '{{{name}}}',
    '{{missing}}',
    '{{ true }}',
    '{{ none }}',
    '{{name}}}',
    '{ {name} }',
  ],
  ...[
    '{{name',
    '{{ name | upper }}',
    '{{-name-}}',
    '{% if b %}a{% endif %}',
    '{# note #}a',
    '{{obj}}',
    '{{"a"}}',
  ],
];

/** Mostly a plain one. */
export function textOf({ pick, chance }: Random): string {
  return chance(0.9) ? pick(plainTexts) : pick(templates);
}

/** Lists of texts written as one. */
export const lists: readonly string[] = [
  ...[
    'a',
    'a, b',
    'a,b',
    ' a , b ',
    'a,,b',
    ',',
    '"a, b", c',
    '"a""b", c',
    '"a" , b',
    '"a',
    '"a" b',
    'a "b" c',
  ],
  ...[
    '{{name}}, z',
    '{{pair}}',
    '"{{pair}}"',
    'card,Card',
    'a\nb',
    '""',
    '"", z',
    'x, "line\nbreak"',
    "'a', b",
  ],
];

/** Regular expressions, or what somebody takes for one. */
export const expressions: readonly string[] = [
  ...[
    'card',
    '^card$',
    '^$',
    '.',
    '\\d+',
    '[a-z]+$',
    'a{1,2}',
    '(',
    '[',
    '(?i)card',
    '(?:a|b)',
    '\\bcard\\b',
    'é',
  ],
  ...[
    '{{name}}',
    '^{{name}}$',
    'x{{n}}',
    '\\{\\{',
    'a{{2}}',
    'line.break',
    'line[^]break',
    '\\u00e9',
    '*',
    'a**',
  ],
];

/** Answers that have to do with the texts above, or not. */
export const outputs: readonly string[] = [
  ...[
    'card',
    'Card',
    'the secret',
    'The secret ',
    'my card is a, b',
    'a',
    'b',
    'a, b',
    '5',
    '5.0',
    '1.5',
    'true',
  ],
  ...[
    'null',
    '{"a":1}',
    '{"a": 2}',
    '{"a":"x"}',
    '{ "a": 1 }',
    '[1,2]',
    '[1]',
    '"a"',
    'é É',
    'ß',
    'i̇',
    'line\nbreak',
  ],
  ...[
    'z',
    ' ',
    '{{name}}',
    '$&',
    'undefined',
    '-0',
    'a"b',
    'card5',
    ' card ',
    '{"a":1} and more',
    '12345',
    'a;b',
  ],
];

/** A random number generator whose texts are the same every time (Marsaglia 2003, xorshift). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** 4,099 of these characters or words by chance: no expression and no table has seen them in this order. */
function mixed(of: readonly string[], seed: number): string {
  const next = seeded(seed);
  return Array.from({ length: 4_099 }, () => of[Math.floor(next() * of.length)] ?? '').join('');
}

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => String.fromCodePoint(from + at));

const charactersOf = (text: string): string[] => Array.from(text);

const byChance: readonly (readonly string[])[] = [
  charactersOf('0123456789'),
  charactersOf('0123456789 '),
  charactersOf('0123456789 -./()+,;:'),
  charactersOf('0123456789abcdef'),
  charactersOf('0123456789abcdef-'),
  charactersOf('abcdefghijklmnopqrstuvwxyz0123456789@.-_+ '),
  charactersOf('ab1@.'),
  charactersOf('AB12 -'),
  charactersOf('DE89 '),
  charactersOf('DEGBNOMT0123456789 '),
  charactersOf('{}[]",:1a\\'),
  charactersOf('{}%# a\n'),
  charactersOf('<>&"\'`a\n'),
  charactersOf('skprhfeyJ-_.* aA1'),
  charactersOf('\r\n a:'),
  range(0, 0x20),
  range(0, 0x80),
  range(0, 0x100),
  range(0x300, 0x370),
  range(0x2000, 0x2070),
  range(0xd800, 0xe000),
  range(0xfdd0, 0xfdf0),
  range(0xe0000, 0xe0080),
  range(0x100, 0x10000),
  ['DE89 3704 0044 0532 0130 00', 'DE89 3704 0044 0532 0130 01', ' ', ', ', '-', 'NO93 8601 1117 947'],
  ['612 345 678', '555-123-4567', '+49 30 1234567', '4111 1111 1111 1111', '12345678', ' ', ', ', '-', '; '],
  ['a@b.cc', 'a@b', '@', '.', ' ', 'git@a.bc:', '1'],
  [
    'sk-',
    'sk_',
    'eyJ',
    'Bearer ',
    'ghp_',
    'AKIA',
    'xoxb-',
    '-----BEGIN ',
    'PRIVATE KEY-----',
    'aA1aA1aA',
    '*',
    ' ',
    '.',
  ],
  ['order ', 'customer ', 'id ', '12345678', '1234567890123', ' EUR', '\u20ac', ', ', ' '],
];

/** What is almost something, what goes on where something ends, and what nobody writes on purpose. */
export const mixtures: readonly string[] = [
  ...byChance.map((of, i) => mixed(of, i + 1)),
  // Digits and what stands between them.
  ...['1-2 ', '1.2/3 ', '(1) ', '1a', '00 ', '12 34 56 78 90, ', '01 23 45 67 89, ', '0049 170 1234567, '],
  ...[
    '+491234567890 ',
    '4111 1111 1111 1112, ',
    '378282246310005;',
    '411111111111111',
    '1.234.567,89 \u20ac ',
  ],
  ...[
    '2026-11-23 ',
    '23.11.2026, ',
    '1732406400123,',
    '123-45-6789 ',
    'id: 12345678, ',
    'order no. 12345678 ',
  ],
  ...['+1 ', '+49 30 ', '(0)1 ', '555-123-', '0049 ', '4111 ', '12345678=', 'customer 12345678 ', '1.1.1.1 '],
  ...['12345678 EUR ', '612 345 678 EUR ', '12345678:', '12345678;', '(12345678);', '0000', '(((1', '1((('],
  // Almost an IBAN.
  ...[
    'DE89370400440532013000 ',
    'DE88 3704 0044 0532 0130 00, ',
    'de89370400440532013',
    'NO93',
    'NO93 8601 1117 94, ',
  ],
  ...['GB82WEST12345698765432,', 'MT84MALT011000012345MTLCAST001S ', 'MT84-', 'MT84MT84', 'RU33 '],
  // Of a length at which a word ends: each of them is computed.
  ...['BE16 ', 'AL28 ', 'be16-', 'AT20 AL28 ', 'BE68 5390 0754 7034, ', 'LC32LC32 '],
  // Almost an address.
  ...['a.b-c+d_e', 'a.b-c+d_e@', 'a@b.', '@a.bc', 'a@a@', 'x@y.z1 ', 'a@b.cc,', 'git@host.example:a '],
  ...['a.b.c@d.e.f.', 'a@b.c1.', 'git@a.bc:', '+@-.__', 'a@b.cc\ud83d\ude00'],
  // Almost a key.
  ...[
    'sk-aaaaaaaaaaaaaaa ',
    'sk-aaaaaaaaaaaaaaa**',
    'sk_',
    'sk-sk-',
    'AKIAAAAAAAAAAAAAAAAA ',
    'ghp_',
    'SG.aaaaaaaaaaaaaaaa.',
  ],
  ...[
    'eyJaaaaaaaa.eyJaaaaaaaa.',
    'eyJaaaaaaaa.eyJaaaaaaaa.aaaaaaaa ',
    'Bearer 1',
    'basic ',
    'Basic aaaaaaaaaaaaaaaaaaa ',
    'xoxb-1',
  ],
  ...[
    '-----BEGIN ',
    '-----BEGIN A PRIVATE KEY-----aaaa-----END A PRIVATE KEY-----',
    '-',
    '--',
    '__',
    '=',
    '*a',
  ],
  // JSON.
  ...[
    '[[',
    ']',
    '{"a":{"a":',
    '[{"a":[1,',
    '{"a":1},',
    '{},',
    '"a",',
    '1,',
    '12345678,',
    '"12345678",',
    'null,',
    '"\\n",',
    '1.5e300,',
  ],
  ...[
    '{"a":1,"a":12345678},',
    '{"é":"a@b.cc"},',
    '{"c":{"b":1,"a":[]}},',
    '"+49 30 1234567",',
    '"\\\\",',
    '-0.5e-7,',
  ],
  ...['{"b":1,"a":2},', '{"2":1,"10":2},', '"', '\\u0041', '\\ud800', ': ', '}'],
  // Unicode.
  ...[
    '\u200b',
    '\u200d',
    '\ufe0f',
    '\u0301',
    'a\u0301\u0301\u0301\u0301\u0301\u0301',
    '\u2028',
    '\u0085',
    '\u00ad',
    '\ufeff',
  ],
  ...[
    '\ufdd0',
    '\ufde0',
    '\ufdd0a',
    '\udc00',
    '\ud83d\ude00',
    '\u{e0061}',
    '\u{10ffff}',
    '\uffff',
    'a\u0000',
    '\u007f',
    '\u009b',
  ],
  ...['\r', '\t', 'a\r\n', '\n\r', '\n\n', ' \n', '\v', '\u00e9\u001b'],
  // Markup and templates.
  ...[
    '&<',
    "'",
    '>',
    '`',
    '$',
    '|',
    '%',
    '#',
    '+',
    '/',
    '&amp;',
    '<a>',
    '{{ a }}',
    '{{a}}{{ a}}',
    '{{a}',
    '{%a%}',
    '{#',
    '{{b}}',
    '{a',
  ],
  ...[
    '""',
    '"a""b",',
    ',a',
    ', ',
    'a = 1;\n',
    '/*',
    '//',
    '`${',
    '${',
    "a'",
    'data:',
    ':\n',
    'event:a\n\n',
    'data\n',
    'data:{}\r\r',
    'id:\n',
    ':\r',
    'data: {"choices":[]}\n\n',
    '"" ,',
    ' , a',
  ],
];

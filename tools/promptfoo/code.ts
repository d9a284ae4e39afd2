import type { JsonValue } from '../../domain/json.ts';

/** Schemas of a team, as JSON and as text. */
export const schemas: readonly JsonValue[] = [
  ...[{}, { type: 'object' }, { type: 'array' }, { type: 'nonsense' }, { requried: ['a'] }, true, [], ''],
  { type: 'object', required: ['a'], properties: { a: { type: 'number' } } },
  { type: 'object', properties: { a: { type: 'string', format: 'email' } } },
  { type: 'string', format: 'emial' },
  { type: 'string', pattern: '(' },
  { $ref: '#/definitions/a', definitions: { a: { type: 'array' } } },
  { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' },
  { type: ['object', 'null'], additionalProperties: false },
  ...[
    'type: object',
    '{"type": "array", "minItems": 2}',
    'type: [',
    '{{name}}',
    'type: {{name}}',
    'on: 2026-01-01',
  ],
];

/** Code of a team: what is right, what is odd, and what breaks. */
export const codes: readonly string[] = [
  ...[
    'output === "card"',
    'output.length < 5',
    'output.includes(context.vars.name)',
    'true',
    'false',
    '1',
    '0',
  ],
  ...[
    '0.25',
    '-1',
    '2',
    'output.length',
    'Number(output)',
    'JSON.parse(output).a === 1',
    'context.vars.n > 4',
  ],
  ...[
    'missing > 1',
    'null.a',
    'context.test.vars.n',
    '"yes"',
    'undefined',
    'null',
    '({})',
    '[]',
    '0 / 0',
    '1 / 0',
  ],
  ...['({ pass: true, score: 0.5, reason: "half" })', '({ pass: false, score: 0.5, reason: "half" })'],
  ...[
    '({ pass: false, score: 0, reason: "" })',
    '({ pass: true })',
    '({ pass: output === "card", score: 1 })',
  ],
  ...[
    'const s = output; s === "card"',
    "const s = 'a;b'; s.length === 3",
    'const s = "it\\"s;"; s.length > 2;',
  ],
  ...['let a = 1, b = 2; a < b;', 'const a = 1', 'var x = output; if (x) { true }', 'const a = 1; return a'],
  ...[
    'const n = output.length\nreturn n > 3',
    'output === "card"\n',
    '\noutput === "card"',
    '  output === "card"  ',
  ],
  ...['output === "card";;', 'return output === "card"', 'const a = 1\na > 0', 'output === "card" // a note'],
  ...[
    'Promise.resolve(output === "card")',
    'Promise.reject(new Error("no"))',
    'throw new Error("no")',
    'output ===',
  ],
  ...[
    'output === "{{name}}"',
    'output === "{{missing}}"',
    '(() => output === "card")()',
    '`${output};` === "card;"',
  ],
  ...[
    'const f = () => { return output === "card" }; f()',
    'output == "card" && {pass: true, score: 1, reason: "x"}',
  ],
  ...[
    '/;/.test(output)',
    'const r = /;/; r.test(output)',
    'if (output === "card") { return true }\nreturn 0.5',
  ],
  ...[
    '}), (() => {',
    'true) || (true',
    'process.env.HOME',
    'require("fs")',
    'import("fs")',
    'await 1',
    'yield',
    'let',
  ],
];

import { redactText } from '../../gateway/redaction/redact.ts';
import { holdsMark } from '../../protocols/samples/marks.ts';
import { harmlessKinds, textsOf } from './test-fixtures/redaction-corpus.ts';
import { personalKinds } from './test-fixtures/redaction-corpus/personal.ts';

/** What is nobody's: code, names, hashes, times, sums, versions, addresses of machines. */
const harmless: readonly string[] = [
  ...[
    '2026-11-23T10:30:00.123Z',
    'on 23.11.2026 at 10:30',
    '11/23/2026',
    '23-11-26',
    '20261123',
    '20261123103000',
  ],
  ...[
    'from 2024-2025',
    'Q3 2026',
    '1732406400123',
    '08:30-09:45',
    '1 234 567,00 EUR',
    '€ 1.234.567,89',
    '$1,234,567.89',
  ],
  ...[
    'EUR 612 345 678',
    '10.000.000 units',
    '3.14159265358979',
    '-12.5 %',
    '1e-12345',
    '99.9 %',
    '128000 tokens',
  ],
  ...[
    '550e8400-e29b-41d4-a716-446655440000',
    'order A-10023-77',
    'ticket ABC-123456789',
    'rev_0a1b2c3d4e5f60718293',
  ],
  ...[
    'commit 3f2a9c41d5e8b7a6',
    '0x12345678',
    'sha256:1234567890abcdef1234567890abcdef',
    'item_12345678',
    '#12345678',
  ],
  ...[
    'v10.0.1.22',
    '192.168.100.200:8080',
    'fe80::1234:5678',
    'port 7400 7410 7420',
    'line 10 20 30 40',
    'ISBN 978-3-16-148410-0',
  ],
  ...[
    'https://x.example/orders/12345678/items?page=2',
    '/var/log/2026/11/23/app.log',
    'const x = 12345 * 67890;',
    'a[1234567]',
  ],
  ...[
    'for (let i = 0; i < 1000000; i += 1) {}',
    'SELECT * FROM t WHERE id = 1234567',
    'rgb(255, 255, 255)',
    '1920x1080',
    'margin: 0 10px 20px 30px',
  ],
  ...[
    'room 12-34',
    'pages 100-250',
    'chapter 1.2.3',
    '4 x 100 g',
    '7400/7410',
    'DIN EN 60601-1',
    'ISO 9001:2015',
    'RFC 8785',
    'A4 210 x 297 mm',
  ],
  ...[
    'user@',
    '@everyone',
    'a@b',
    'x = y @ z',
    'DE88 3704 0044 0532 0130 00',
    'GB00WEST12345698765432',
    '4111 1111 1111 1112',
    'BE12 ABCD',
  ],
  ...[
    'sk-learn',
    'risk-averse',
    'task-force-one',
    'npm-install-everything',
    'basic understanding of it',
    'Bearer of good news',
    'AKIA',
    'eyJ',
  ],
  ...[
    'Müller',
    '漢字 12345',
    'temperature: 0.7',
    'top_p=0.95',
    '5-7 working days',
    '24/7',
    '1st of May',
    'COVID-19',
    'B2B',
    '2FA',
    'iPhone 15',
    'A1-B2-C3',
  ],
];

/** What is somebody's, and how much of it may stay: nothing. */
const personal: readonly (readonly [string, string])[] = [
  ['ada.l+x@mail.example.org', '[email]'],
  ['ADA@EXAMPLE.COM', '[email]'],
  ['+49 (30) 1234 5678', '[phone]'],
  ['+491234567890', '[phone]'],
  ['0049 170 1234567', '[phone]'],
  ['0170 1234567', '[phone]'],
  ['(030) 1234-5678', '[phone]'],
  ['01 23 45 67 89', '[phone]'],
  ['555-123-4567', '[phone]'],
  ['+1 (415) 555-2671', '[phone]'],
  ['612 345 678', '[phone]'],
  ['4111 1111 1111 1111', '[card]'],
  ['4111-1111-1111-1111', '[card]'],
  ['4111111111111111', '[card]'],
  ['378282246310005', '[card]'],
  ['3782 822463 10005', '[card]'],
  ['DE89 3704 0044 0532 0130 00', '[iban]'],
  ['de89370400440532013000', '[iban]'],
  ['GB82WEST12345698765432', '[iban]'],
  ['NO93 8601 1117 947', '[iban]'],
  ['MT84MALT011000012345MTLCAST001S', '[iban]'],
  ['12345678', '[number]'],
  [`sk-proj-${'aB3'.repeat(12)}`, '[key]'],
  [`sk-ant-api03-${'aB3-_'.repeat(12)}`, '[key]'],
  [`ghp_${'a1B2'.repeat(9)}`, '[key]'],
  ['AKIAABCDEFGHIJKLMNOP', '[key]'],
  [`AIza${'Sy3_-'.repeat(7)}`, '[key]'],
  [`xoxb-123456789012-${'aB3'.repeat(8)}`, '[key]'],
  [`Bearer ${'aB3.'.repeat(8)}x`, '[key]'],
];

it('leaves at most one in a hundred of what is nobody’s changed', () => {
  const sentences = harmless.flatMap((text) => [text, `It says ${text} there.`, `(${text}), "${text}"`]);
  const changed = sentences.filter((text) => redactText(text) !== text);
  expect(changed.length / sentences.length).toBeLessThanOrEqual(0.01);
});

it.each(personal)('strikes %s in whatever it stands', (text, mark) => {
  for (const [before, after] of [
    ['', ''],
    ['I am ', ' thanks'],
    ['(', ').'],
    ['{"x":"', '"}'],
    ['a\n', '\nb'],
    ['x: ', ', y'],
  ] as const) {
    expect(redactText(`${before}${text}${after}`)).toBe(`${before}${mark}${after}`);
  }
});

const each = process.env['SLUICE_SECURITY'] === 'full' ? 20_000 : 1_500;

it.each(Object.entries(harmlessKinds))('leaves 99 of 100 %s as they are, whatever they are', (_, make) => {
  const texts = textsOf(make, each, 7);
  const struck = texts.filter(({ within }) => redactText(within) !== within);
  expect([struck.length / each <= 0.01, struck.slice(0, 3)]).toEqual([true, struck.slice(0, 3)]);
});

it.each(Object.entries(personalKinds))(
  'strikes 99 of 100 of every %s, however it is written',
  (mark, make) => {
    const texts = textsOf(make, each, 8);
    const left = texts.filter(
      ({ text, within }) => !redactText(within).includes(`[${mark}]`) || redactText(within).includes(text),
    );
    expect([left.length / each <= 0.01, left.slice(0, 3)]).toEqual([true, left.slice(0, 3)]);
  },
);

it.each(personal)('%s is known by its mark to be altered', (text) => {
  expect(holdsMark(redactText(text))).toBe(true);
});

it.each([
  ...[
    'order 12345678',
    'Rechnung Nr. 12345678',
    'invoice no. 20231234567',
    '{"size": 96546339026}',
    'foo(84757292)',
    'x = 3126637588;',
  ],
  ...[
    'call_2534569461968419',
    'git@host.example:team/repo.git',
    'left-pad@1.3.0',
    '+3 755 469,63 NOK',
    '05 04 2027',
    '1764490000',
  ],
])('leaves %s', (text) => {
  expect(redactText(text)).toBe(text);
});

it.each([
  ...[
    'customer number 12345678',
    'Kundennummer: 12345678',
    'account id 12345678',
    '{"account": 12345678}',
    'user_id = 84757292;',
  ],
  ...[
    'my number is 12345678',
    '12345678',
    'passport 123456789',
    'order for customer 12345678',
    'Konto 12345678:',
  ],
])('strikes the number of %s', (text) => {
  expect(redactText(text)).toContain('[number]');
});

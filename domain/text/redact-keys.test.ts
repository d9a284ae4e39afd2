import fc from 'fast-check';
import { redactKeys } from './redact-keys.ts';

/** What keys are, one expression after the other over the whole text: slow, and easy to read. */
const expressions: readonly RegExp[] = [
  /(?<![\w-])(?:sk|pk|rk|slc|sess|whsec)[-_](?:[\w-]{0,64}\*{2,256}[\w-]{0,64}|[\w-]{16,512})/g,
  /(?<!\w)(?:gh[pousr]_\w{20,255}|github_pat_\w{20,255}|hf_\w{20,128}|gsk_\w{20,128}|r8_\w{20,128}|npm_\w{20,128})/g,
  /(?<!\w)(?:dop_v1_\w{20,128}|lsv2_\w{20,128}|SG\.[\w-]{16,64}\.[\w-]{16,64}|ya29\.[\w-]{20,512}|AIza[\w-]{30,64})/g,
  /(?<![\w-])(?:glpat|xai|pplx|tvly|pypi)-[\w-]{20,256}/g,
  /(?<![\w-])xox[abeoprs]-[\w-]{10,256}/g,
  /(?<!\w)(?:AKIA|ASIA|AROA)[A-Z0-9]{16}(?!\w)/g,
  /(?<![\w-])eyJ[\w-]{8,2048}\.eyJ[\w-]{8,8192}\.[\w-]{8,1024}/g,
  /(?<!\w)(?:[Bb]earer|[Bb]asic) {1,4}(?=[^\s\d]{0,64}\d)[\w.~+/=*-]{16,4096}/g,
];
const byExpressions = (text: string): string =>
  expressions.reduce((redacted, expression) => redacted.replace(expression, '[key]'), text);

const begins = [
  ...['sk-', 'sk_', 'pk_', 'rk-', 'slc_', 'sess-', 'whsec_', 'ghp_', 'gho_', 'github_pat_', 'hf_', 'gsk_'],
  ...['r8_', 'npm_', 'dop_v1_', 'lsv2_', 'SG.', 'ya29.', 'AIza', 'glpat-', 'xai-', 'pplx-', 'tvly-', 'pypi-'],
  ...['xoxb-', 'xox', 'AKIA', 'ASIA', 'AROA', 'eyJ', 'Bearer ', 'bearer ', 'Basic  ', 'basic '],
];
const bodies = [
  'aB3'.repeat(8),
  'AB12'.repeat(4),
  'aB3'.repeat(14),
  'a'.repeat(15),
  '***',
  'a1',
  'a.',
  'é',
  '漢',
];
/** Enough between two keys that none is part of the other. */
const between = fc.constantFrom(' ', '\n', '"', ', ', '(', 'x ', ' - ', '=', ' s k ');

it('strikes what the expressions strike that say what keys are', () => {
  const word = fc
    .tuple(fc.constantFrom(...begins, 's', 'sk', ''), fc.array(fc.constantFrom(...bodies), { maxLength: 3 }))
    .map(([begin, rest]) => begin + rest.join(''));
  fc.assert(
    fc.property(fc.array(fc.tuple(word, between), { maxLength: 8 }), (words) => {
      const text = words.flat().join('');
      expect(redactKeys(text)).toBe(byExpressions(text));
    }),
    { numRuns: 2_000 },
  );
});

it('strikes private keys, whole and cut', () => {
  const body = `MIIB${'aB3+/'.repeat(30)}==`;
  const whole = `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`;
  expect(redactKeys(`a ${whole} b`)).toBe('a [key] b');
  expect(redactKeys(`--${whole.slice(0, 90)}`)).toBe('--[key]');
  expect(redactKeys('-----BEGIN CERTIFICATE-----')).toBe('-----BEGIN CERTIFICATE-----');
});

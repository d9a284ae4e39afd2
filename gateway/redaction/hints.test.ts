import fc from 'fast-check';
import { redactKeys } from '../../domain/text/redact-keys.ts';
import { redactEmails } from './redact-emails.ts';
import { redactIbans } from './redact-ibans.ts';
import { redactNumbers } from './redact-numbers.ts';
import { redactText } from './redact.ts';

const beginnings = [
  ...[
    'sk-',
    'pk_',
    'slc-',
    'sess_',
    'whsec_',
    'ghp_',
    'github_pat_',
    'hf_',
    'gsk_',
    'r8_',
    'npm_',
    'dop_v1_',
    'lsv2_',
  ],
  ...[
    'SG.',
    'ya29.',
    'AIza',
    'glpat-',
    'xai-',
    'xoxb-',
    'AKIA',
    'ASIA',
    'AROA',
    'eyJ',
    '-----BEGIN PRIVATE KEY-----',
  ],
  ...['Bearer ', 'bearer ', 'Basic ', 'basic '],
];
const piece = fc.constantFrom(
  ...beginnings,
  ...['A1B2C3D4E5F6G7H8', 'a1b2c3d4e5f6g7h8i9j0', '.eyJaaaaaaaaaa', '.', '**', ' ', 'é', 'word', '7', '42'],
  ...[
    'ada@mail.org',
    '@',
    'DE89 3704 0044 0532 0130 00',
    'MT84MALTMTLCASTMTLCASTMTLCASTMTLC',
    '612 345 678',
    '12345678',
  ],
);

it('strikes in a short text, of which it asks by hints, what it strikes in a long one', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('');
      expect(redactText(text)).toBe(redactNumbers(redactIbans(redactEmails(redactKeys(text)))));
    }),
    { numRuns: 3_000 },
  );
});

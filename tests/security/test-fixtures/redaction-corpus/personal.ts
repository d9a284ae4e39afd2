import { two, type Make } from './dice.ts';

const luhnDigit = (digits: string): string => {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, i) => {
      const value = i % 2 === 0 ? Number(digit) * 2 : Number(digit);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return String((10 - (sum % 10)) % 10);
};

const card: Make = (dice) => {
  const american = dice.below(6) === 0;
  const body = american
    ? `37${dice.digits(12)}`
    : `${dice.pick(['4', '51', '55', '2221', '6011'])}${dice.digits(16)}`.slice(0, 15);
  const number = body + luhnDigit(body);
  if (american)
    return dice.pick([number, `${number.slice(0, 4)} ${number.slice(4, 10)} ${number.slice(10)}`]);
  const groups = number.match(/.{4}/g) ?? [];
  return dice.pick([number, groups.join(' '), groups.join('-')]);
};

const phone: Make = (dice) =>
  dice.pick([
    ...[
      `+49 ${dice.digits(3)} ${dice.digits(7)}`,
      `+49 (30) ${dice.digits(4)} ${dice.digits(4)}`,
      `+49${dice.digits(10)}`,
      `0049 ${dice.digits(3)} ${dice.digits(7)}`,
      `01${dice.digits(2)} ${dice.digits(7)}`,
    ],
    ...[
      `0${dice.digits(2)}/${dice.digits(7)}`,
      `0${dice.digits(3)}-${dice.digits(6)}`,
      `+1 ${dice.digits(3)} ${dice.digits(3)} ${dice.digits(4)}`,
      `(${dice.between(2, 9)}${dice.digits(2)}) ${dice.digits(3)}-${dice.digits(4)}`,
      `${dice.between(2, 9)}${dice.digits(2)}-${dice.digits(3)}-${dice.digits(4)}`,
    ],
    ...[
      `+33 ${dice.digits(1)} ${dice.digits(2)} ${dice.digits(2)} ${dice.digits(2)} ${dice.digits(2)}`,
      `0${dice.digits(1)} ${dice.digits(2)} ${dice.digits(2)} ${dice.digits(2)} ${dice.digits(2)}`,
      `+44 20 ${dice.digits(4)} ${dice.digits(4)}`,
      `020 ${dice.digits(4)} ${dice.digits(4)}`,
      `07${dice.digits(3)} ${dice.digits(6)}`,
    ],
    ...[
      `+34 6${dice.digits(2)} ${dice.digits(3)} ${dice.digits(3)}`,
      `6${dice.digits(2)} ${dice.digits(3)} ${dice.digits(3)}`,
      `+48 ${dice.digits(3)}-${dice.digits(3)}-${dice.digits(3)}`,
      `+41 44 ${dice.digits(3)} ${dice.digits(2)} ${dice.digits(2)}`,
      `+81-3-${dice.digits(4)}-${dice.digits(4)}`,
      `+91 ${dice.digits(5)} ${dice.digits(5)}`,
      `+39 0${dice.digits(1)} ${dice.digits(8)}`,
    ],
  ]);

const iban: Make = (dice) => {
  const [country, length] = dice.pick([
    ['DE', 22],
    ['AT', 20],
    ['CH', 21],
    ['FR', 27],
    ['ES', 24],
    ['NL', 18],
    ['IT', 27],
    ['PL', 28],
    ['GB', 22],
  ] as const);
  const lead =
    country === 'NL' || country === 'GB' ? dice.letters(4, 'ABNWEST') : country === 'IT' ? 'X' : '';
  const account = lead + dice.digits(length - 4 - lead.length);
  const spelled = Array.from(`${account}${country}00`)
    .map((c) => String(Number.parseInt(c, 36)))
    .join('');
  const rest = Array.from(spelled).reduce((sum, digit) => (sum * 10 + Number(digit)) % 97, 0);
  const number = `${country}${two(98 - rest)}${account}`;
  return dice.pick([number, (number.match(/.{1,4}/g) ?? []).join(' '), number.toLowerCase()]);
};

const email: Make = (dice) => {
  const name = dice.pick([
    'ada',
    'grace.hopper',
    'j_doe',
    'info+news',
    'müller'.normalize('NFKD').replaceAll(/[^a-z]/g, ''),
    'A.B-C',
    'x1',
    'o.n.e',
  ]);
  const place = dice.pick([
    'example.org',
    'mail.example.co.uk',
    'firma.de',
    'a-b.io',
    'sub.domain.museum',
    'EXAMPLE.COM',
  ]);
  return `${name}${dice.digits(2)}@${place}`;
};

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const key: Make = (dice) =>
  dice.pick([
    ...[
      `sk-proj-${dice.letters(40, alphabet)}`,
      `sk-ant-api03-${dice.letters(60, alphabet)}`,
      `ghp_${dice.letters(36, alphabet)}`,
      `AKIA${dice.letters(16)}`,
    ],
    ...[
      `AIza${dice.letters(35, alphabet)}`,
      `xoxb-${dice.digits(12)}-${dice.letters(24, alphabet)}`,
      `glpat-${dice.letters(20, alphabet)}`,
      `Bearer ${dice.letters(30, alphabet)}1`,
    ],
  ]);

/** What is somebody's, with its mark. */
export const personalKinds: Readonly<Record<string, Make>> = { email, phone, card, iban, key };

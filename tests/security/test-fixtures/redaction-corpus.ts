import { createHash } from 'node:crypto';

/** Numbers that are the same at every run (mulberry32). */
function seeded(seed: number) {
  let state = seed;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(unit() * count);
  const between = (from: number, to: number): number => from + below(to - from + 1);
  return {
    below,
    between,
    pick: <T>(items: readonly T[]): T => items[below(items.length)] as T,
    digits: (count: number): string =>
      Array.from({ length: count }, (_, i) => String(i === 0 ? between(1, 9) : below(10))).join(''),
    hex: (count: number): string => Array.from({ length: count }, () => below(16).toString(16)).join(''),
    letters: (count: number, of = 'ABCDEFGHJKLMNPQRSTUVWXYZ'): string =>
      Array.from({ length: count }, () => of[below(of.length)]).join(''),
  };
}

type Dice = ReturnType<typeof seeded>;
type Make = (dice: Dice) => string;

const two = (value: number): string => String(value).padStart(2, '0');
const dayOf = (dice: Dice) => ({
  y: dice.between(1990, 2035),
  m: dice.between(1, 12),
  d: dice.between(1, 28),
  h: dice.between(0, 23),
  min: dice.between(0, 59),
  s: dice.between(0, 59),
});
const months = [
  'Jan',
  'February',
  'März',
  'avril',
  'May',
  'junio',
  'Juli',
  'August',
  'Sep',
  'octobre',
  'Nov',
];

const isoDate: Make = (dice) => {
  const { y, m, d, h, min, s } = dayOf(dice);
  const day = `${y}-${two(m)}-${two(d)}`;
  const time = `${two(h)}:${two(min)}:${two(s)}`;
  const compact = `${y}${two(m)}${two(d)}`;
  return dice.pick([
    ...[
      day,
      `${day}T${time}Z`,
      `${day}T${time}.${dice.digits(3)}Z`,
      `${day} ${time}`,
      `${day}T${time}+01:00`,
    ],
    ...[
      `${day} ${time}.${dice.digits(6)}`,
      `${compact}T${two(h)}${two(min)}${two(s)}Z`,
      compact,
      `${y}-W${two(m)}-3`,
    ],
    ...[
      `${y}-${two(m)}`,
      `${y}/${two(m)}/${two(d)}`,
      `${compact}${two(h)}${two(min)}${two(s)}`,
      `${day}_${two(h)}-${two(min)}`,
    ],
    ...[
      `${compact}-${two(h)}${two(min)}`,
      `${compact}.${dice.between(1, 9)}`,
      `${day} - ${y}-${two(m)}-${two(d + 1)}`,
    ],
  ]);
};

const localDate: Make = (dice) => {
  const { y, m, d, h, min } = dayOf(dice);
  const time = `${two(h)}:${two(min)}`;
  const month = dice.pick(months);
  return dice.pick([
    ...[
      `${two(d)}.${two(m)}.${y}`,
      `${d}.${m}.${y}`,
      `${two(d)}/${two(m)}/${y}`,
      `${m}/${d}/${y}`,
      `${two(d)}-${two(m)}-${y}`,
    ],
    ...[
      `${two(d)}.${two(m)}.${y} ${time}`,
      `${two(d)}/${two(m)}/${y} ${time}`,
      `${d}. ${month} ${y}`,
      `${month} ${d}, ${y}`,
    ],
    ...[
      `${two(d)}.${two(m)}. - ${two(d + 1)}.${two(m)}.${y}`,
      `${two(d)}.${two(m)}.${String(y).slice(2)}`,
      `${y}年${m}月${d}日`,
    ],
    ...[
      `${y}. ${two(m)}. ${two(d)}.`,
      `${two(d)} ${two(m)} ${y}`,
      `${time} - ${two(h)}:59`,
      `${two(m)}/${y}`,
      `${y}-${y + 1}`,
    ],
    ...[
      `${two(d)}-${month.slice(0, 3)}-${y}`,
      `${two(h)}.${two(min)} Uhr`,
      `${two(d)}/${two(m)}-${two(d + 1)}/${two(m)} ${y}`,
    ],
    ...[
      `${y} ${two(m)} ${two(d)}`,
      `01/02/2025, 03/02/2025, 05/02/2025`,
      `${two(d)}.${two(m)}.${y}, ${two(d + 1)}.${two(m)}.${y}`,
    ],
  ]);
};

const currencies = [
  'EUR',
  'USD',
  'CHF',
  'GBP',
  'PLN',
  'CZK',
  'SEK',
  'NOK',
  'DKK',
  'HUF',
  'JPY',
  'INR',
  'BRL',
  'CAD',
  'AUD',
  'RUB',
];
const signs = ['€', '$', '£', '¥', '₹', '₽', '₺', '₩', 'R$', 'kr', 'zł', 'Kč', 'Ft', 'Fr.', 'A$', 'lei'];
const grouped = (dice: Dice, gap: string, most = 4): string => {
  const groups = Array.from({ length: dice.between(1, most - 1) }, () =>
    String(dice.below(1000)).padStart(3, '0'),
  );
  return [dice.digits(dice.between(1, 3)), ...groups].join(gap);
};

const price: Make = (dice) => {
  const [gap, point] = dice.pick([
    [' ', ','],
    ['\u00a0', ','],
    ['\u202f', ','],
    ['.', ','],
    [',', '.'],
    ["'", '.'],
    ['’', '.'],
    [' ', '.'],
    ['', '.'],
    ['', ','],
  ] as const);
  const whole = gap === '' ? dice.digits(dice.between(1, 7)) : grouped(dice, gap);
  const amount = dice.pick([whole, `${whole}${point}${two(dice.below(100))}`, `${whole}${point}–`]);
  const [code, sign] = [dice.pick(currencies), dice.pick(signs)];
  return dice.pick([
    ...[
      `${amount} ${code}`,
      `${code} ${amount}`,
      `${amount} ${sign}`,
      `${sign} ${amount}`,
      `${sign}${amount}`,
      `${amount}${sign}`,
    ],
    ...[
      `${code}${amount}`,
      `${amount}\u00a0${code}`,
      `${amount} ${dice.pick(['euros', 'dollars', 'Franken', 'pounds', 'yen'])}`,
    ],
    ...[
      `${amount} - ${amount} ${code}`,
      `-${amount} ${code}`,
      `+${amount} ${code}`,
      `${amount} ${code}/month`,
      `${amount}.- ${code}`,
    ],
  ]);
};

const amount: Make = (dice) => {
  const n = grouped(dice, dice.pick([' ', '.', ',', "'", '\u202f']));
  const unit = dice.pick([
    'km',
    'kg',
    'm²',
    'inhabitants',
    'units',
    'rows',
    'kWh',
    'Stück',
    'views',
    'steps',
    'tokens',
    'GB',
    'users',
    'ms',
    'Einwohner',
    'shares',
  ]);
  return dice.pick([
    ...[
      `${n} ${unit}`,
      `${dice.digits(dice.between(1, 7))} ${unit}`,
      `${dice.digits(2)}.${dice.digits(2)} %`,
    ],
    ...[
      `${dice.digits(3)}x${dice.digits(4)}`,
      `0.${dice.digits(dice.between(2, 17))}`,
      `${dice.digits(1)}.${dice.digits(12)}e-${dice.digits(2)}`,
    ],
    ...[
      `${dice.digits(2)} of ${dice.digits(4)}`,
      `1:${dice.digits(5)}`,
      `${dice.digits(3)}/${dice.digits(3)}`,
      `-${dice.digits(6)}.${dice.digits(3)}`,
    ],
  ]);
};

const hashes = ['md5', 'sha1', 'sha256'] as const;
const id: Make = (dice) => {
  const hash = createHash(dice.pick(hashes)).update(dice.digits(8)).digest('hex');
  const uuid = `${dice.hex(8)}-${dice.hex(4)}-4${dice.hex(3)}-a${dice.hex(3)}-${dice.hex(12)}`;
  const allDigits = `${dice.digits(8)}-${dice.digits(4)}-4${dice.digits(3)}-8${dice.digits(3)}-${dice.digits(12)}`;
  return dice.pick([
    ...[
      hash,
      uuid,
      uuid,
      uuid.toUpperCase(),
      allDigits,
      `call_${dice.hex(16)}`,
      `call_${dice.digits(16)}`,
      `chatcmpl-${dice.digits(12)}`,
    ],
    ...[
      `resp_${dice.hex(24)}`,
      `toolu_${dice.hex(20)}`,
      `msg_${dice.digits(10)}${dice.hex(6)}`,
      `0x${dice.hex(8)}`,
      `0x${dice.digits(8)}`,
    ],
    ...[
      `req-${dice.digits(10)}`,
      dice.hex(7),
      `sha256:${hash}`,
      `rev_${dice.hex(20)}`,
      `item_${dice.digits(8)}`,
      `trace=${dice.hex(32)}`,
    ],
    ...[
      `${dice.digits(8)}${dice.hex(8)}`,
      `${dice.hex(8)}:${dice.digits(8)}`,
      `urn:uuid:${uuid}`,
      `{${uuid}}`,
      `id-${dice.digits(9)}`,
      `"call_${dice.digits(4)}${dice.hex(12)}"`,
    ],
    ...[
      `projects/${dice.digits(12)}/secrets/x`,
      `arn:aws:iam::${dice.digits(12)}:role/x`,
      `i-0${dice.hex(16)}`,
      `vpc-${dice.hex(8)}`,
    ],
    ...[
      `gid://shop/Order/${dice.digits(13)}`,
      `PR-${dice.digits(5)}`,
      `node_${dice.digits(4)}_${dice.digits(4)}`,
      `asst_${dice.letters(10)}${dice.digits(8)}`,
    ],
  ]);
};

const orderNumber: Make = (dice) =>
  dice.pick([
    ...[
      `#${dice.digits(8)}`,
      `A-${dice.digits(5)}-${dice.digits(2)}`,
      `INV-${dice.between(2015, 2030)}-${dice.digits(6)}`,
      `SO${dice.digits(9)}`,
    ],
    ...[
      `PO-${dice.digits(7)}`,
      `${dice.between(2015, 2030)}-${dice.digits(6)}`,
      `ORD/${dice.between(2015, 2030)}/${dice.digits(5)}`,
      `RE${dice.digits(10)}`,
    ],
    ...[
      `ticket ${dice.letters(3)}-${dice.digits(6)}`,
      `order no. ${dice.digits(6)}`,
      `#${dice.digits(3)}-${dice.digits(7)}-${dice.digits(7)}`,
    ],
    ...[
      `SKU ${dice.digits(4)}-${dice.digits(3)}`,
      `${dice.letters(2)}${dice.digits(6)}${dice.letters(2)}`,
      `case ${dice.digits(2)}-${dice.digits(5)}`,
    ],
    ...[
      `B0${dice.letters(4)}${dice.digits(4)}`,
      `LOT ${dice.digits(6)}/${dice.digits(2)}`,
      `${dice.letters(1)}${dice.digits(3)}.${dice.digits(3)}.${dice.digits(2)}`,
    ],
  ]);

const technical: Make = (dice) => {
  const ip = Array.from({ length: 4 }, () => dice.between(0, 255)).join('.');
  const [lat, lon] = [
    `${dice.between(10, 89)}.${dice.digits(dice.between(2, 7))}`,
    `${dice.between(10, 179)}.${dice.digits(dice.between(2, 7))}`,
  ];
  return dice.pick([
    ...[
      `v${dice.below(20)}.${dice.below(50)}.${dice.below(900)}`,
      `${dice.below(20)}.${dice.below(50)}.${dice.below(900)}-rc.${dice.below(9)}`,
      `^${dice.below(20)}.0.${dice.below(90)}`,
    ],
    ...[
      `${dice.digits(3)}.0.${dice.digits(4)}.${dice.digits(2)}`,
      ip,
      `${ip}/24`,
      `${ip}:${dice.digits(4)}`,
      `fe80::${dice.hex(4)}:${dice.hex(4)}`,
      `2001:0db8:${dice.digits(4)}:${dice.digits(4)}::1`,
    ],
    ...[
      `${lat}, ${lon}`,
      `${lat},-${lon}`,
      `(${lat}, ${lon})`,
      `${lat}° N ${lon}° E`,
      `[${lon}, ${lat}]`,
      `52°${dice.digits(2)}'${dice.digits(2)}.${dice.digits(1)}"N`,
    ],
    ...[
      `ISBN 978-3-${dice.digits(2)}-${dice.digits(6)}-${dice.digits(1)}`,
      `ISBN 978${dice.digits(10)}`,
      `978-0-${dice.digits(3)}-${dice.digits(5)}-${dice.digits(1)}`,
      `ISBN-10: 3-${dice.digits(5)}-${dice.digits(3)}-X`,
      `ISSN ${dice.digits(4)}-${dice.digits(4)}`,
    ],
    ...[
      `10.${dice.digits(4)}/${dice.hex(8)}`,
      `doi:10.1000/${dice.digits(6)}`,
      `arXiv:${dice.digits(4)}.${dice.digits(5)}`,
      `EAN ${dice.digits(13)}`,
      `RFC ${dice.digits(4)}`,
      `CVE-${dice.between(2010, 2030)}-${dice.digits(5)}`,
    ],
    ...[
      `${dice.hex(2)}:${dice.hex(2)}:${dice.digits(2)}:${dice.digits(2)}:${dice.hex(2)}:${dice.digits(2)}`,
      `port ${dice.digits(5)}`,
      `DIN EN ${dice.digits(5)}-1`,
      `AS${dice.digits(5)}`,
      `PID ${dice.digits(5)}`,
      `${dice.digits(10)}.${dice.digits(6)}`,
      `17${dice.digits(8)}`,
      `17${dice.digits(11)}`,
    ],
  ]);
};

const table: Make = (dice) => {
  const cells = () =>
    Array.from({ length: dice.between(3, 8) }, () => dice.digits(dice.between(1, dice.pick([3, 4, 5]))));
  const rows = Array.from({ length: dice.between(2, 4) }, cells);
  const gap = dice.pick([',', ';', '\t', ' | ', '  ', ' ', ', ']);
  const decimal = rows.map((row) => row.map((cell) => `${cell}.${dice.digits(2)}`));
  return dice
    .pick([rows, decimal])
    .map((row) => row.join(gap))
    .join('\n');
};

const code: Make = (dice) => {
  const n = (): string => dice.digits(dice.between(1, 7));
  const long = dice.digits(dice.between(8, 12));
  return dice.pick([
    ...[
      `const limit = ${n()} * ${n()};`,
      `if (x > ${n()} && y < ${n()}) return ${n()};`,
      `int a[] = {${n()}, ${n()}, ${n()}};`,
      `timeout_ms=${n()}`,
    ],
    ...[
      `#define MAX_SIZE ${long}`,
      `x = ${long}`,
      `uint64_t seed = ${long}ULL;`,
      `1_000_000`,
      `private static final long serialVersionUID = ${dice.digits(19)}L;`,
    ],
    ...[
      `SELECT * FROM t WHERE id IN (${n()}, ${n()}, ${n()})`,
      `margin: 0 ${n()}px ${n()}px`,
      `color: #${dice.digits(6)};`,
      `rgba(12, 34, 56, 0.${n()})`,
      `sleep(${n()})`,
    ],
    ...[
      `arr[${n()}:${n()}]`,
      `for i in range(${n()}, ${n()}):`,
      `std::array<int, ${n()}>`,
      `@media (max-width: ${n()}px)`,
      `transform: matrix(1, 0, 0, 1, ${n()}, ${n()})`,
    ],
    ...[
      `<path d="M${dice.digits(3)} ${dice.digits(3)} ${dice.digits(3)}L${dice.digits(3)} ${dice.digits(3)}"/>`,
      `<svg viewBox="0 0 ${dice.digits(3)} ${dice.digits(3)}">`,
      `points="${dice.digits(3)},${dice.digits(3)} ${dice.digits(3)},${dice.digits(3)}"`,
    ],
    ...[
      `@@ -${dice.digits(3)},${dice.digits(2)} +${dice.digits(3)},${dice.digits(2)} @@`,
      `chmod 0644 file`,
      `0b${dice.pick(['1010', '0101'])}${dice.pick(['11110000', '00001111'])}`,
      `assert_eq!(f(${n()}), ${long});`,
    ],
    ...[
      `{"id": ${long}, "n": ${n()}}`,
      `"size": ${long},`,
      `id: ${long}`,
      `offset=${long}&limit=${n()}`,
      `return ${long};`,
      `row_id = ${long};`,
      `foo(${long})`,
      `0.${long}`,
      `new Date(${dice.digits(13)})`,
    ],
    ...[
      `git checkout ${dice.hex(12)}`,
      `curl -d '{"amount": ${n()}}' http://127.0.0.1:${dice.digits(4)}/v1`,
      `let ${dice.letters(1, 'abc')} = [${dice.digits(3)}, ${dice.digits(3)}, ${dice.digits(4)}];`,
      `mov eax, ${long}`,
      `00000${n()}: ${dice.hex(4)} ${dice.hex(4)} ${dice.hex(4)} ${dice.hex(4)}`,
    ],
    ...[
      `user@host:~$ ls`,
      `@Override`,
      `npm i left-pad@1.3.0`,
      `@scope/pkg@${dice.below(9)}.${dice.below(20)}.${dice.below(20)}`,
      `image: postgres@sha256:${dice.hex(64)}`,
      `git@github.example:team/repo.git`,
      `a @ b.T`,
      `x@y`,
    ],
  ]);
};

/** What is nobody's. */
export const harmlessKinds: Readonly<Record<string, Make>> = {
  'ISO dates and times': isoDate,
  'local dates and times': localDate,
  'prices and sums': price,
  amounts: amount,
  'ids and hashes': id,
  'order numbers': orderNumber,
  'versions, addresses, coordinates, books': technical,
  tables: table,
  code: code,
};

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

const sentences: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `It says ${text} there.`,
  (text) => `(${text}), please`,
  (text) => `{"value":"${text}"}`,
  (text) => `a: ${text}\nb: next`,
  (text) => `${text}.`,
  (text) => `Is ${text} right? I asked on Monday.`,
  (text) => `- ${text};`,
];

/** So many texts of a kind, each with the sentence that it stands in. */
export function textsOf(make: Make, count: number, seed: number): { text: string; within: string }[] {
  const dice = seeded(seed);
  return Array.from({ length: count }, () => {
    const text = make(dice);
    return { text, within: dice.pick(sentences)(text) };
  });
}

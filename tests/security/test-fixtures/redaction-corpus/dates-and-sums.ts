import { two, type Dice, type Make } from './dice.ts';

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

export const isoDate: Make = (dice) => {
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

export const localDate: Make = (dice) => {
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

export const price: Make = (dice) => {
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

export const amount: Make = (dice) => {
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

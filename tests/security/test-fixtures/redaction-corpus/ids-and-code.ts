import { createHash } from 'node:crypto';
import type { Make } from './dice.ts';

const hashes = ['md5', 'sha1', 'sha256'] as const;
export const id: Make = (dice) => {
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

export const orderNumber: Make = (dice) =>
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

export const technical: Make = (dice) => {
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

export const table: Make = (dice) => {
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

export const code: Make = (dice) => {
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

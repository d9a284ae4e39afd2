/**
 * What the word before a long number says of it: of somebody, or of a thing. The words of the first kind win: who says
 * `account id` speaks of a person's.
 */
const ofSomebody = new Set(
  (
    'account konto kontonummer kontonr customer kunde kunden kundennummer kundennr client member mitglied patient policy ' +
    'versicherung passport pass ausweis license licence ssn tax steuer steuernummer steuerid vat ust phone tel telefon ' +
    'telephone mobile mobil handy fax call cell whatsapp card karte kreditkarte number nummer user person iban bic birth'
  ).split(' '),
);
const ofThings = new Set(
  (
    'order bestellung bestellnummer auftrag auftragsnummer auftragsnr invoice rechnung rechnungsnummer rechnungsnr ticket case ' +
    'vorgang item article artikel artikelnummer artikelnr sku ean gtin upc isbn issn asin doi pmid lot batch charge part ' +
    'teilenummer product produkt serial build commit revision version release issue pr bug port pid id ids uuid guid ' +
    'index row line zeile page offset limit size length count total sum max min seed hash crc checksum ms bytes byte ' +
    'timestamp ts time epoch unix since until return const let var int long eax ebx ecx edx rax mov define range value ' +
    'width height shipment sendung sendungsnummer tracking parcel paket reference commande pedido factura facture fattura ' +
    'ordine bon'
  ).split(' '),
);

/** They say nothing; the word before them may: `order no. 12345678`. */
const fillers = new Set(['no', 'nr', 'num', 'of', 'is', 'lautet', 'with', 'mit']);

type Kind = 'somebody' | 'thing' | 'filler';

/** By a number that is made of their letters: most words are none of them, and that is known without cutting them out. */
const kinds = new Map<number, { readonly word: string; readonly kind: Kind }>();
for (const [kind, words] of [
  ['filler', fillers],
  ['thing', ofThings],
  ['somebody', ofSomebody],
] as const)
  for (const word of words) kinds.set(numberOf(word), { word, kind });

function numberOf(word: string): number {
  let number = 0;
  for (let at = word.length - 1; at >= 0; at -= 1) number = withLetter(number, word.charCodeAt(at));
  return number;
}

function withLetter(number: number, code: number): number {
  return (Math.imul(number, 31) + (code | 0x20)) | 0;
}

const longestWord = 18;
/** Blanks and signs between a word and its number: `order no. 12345678`, `"size": 12345678`. */
const longestGap = 4;

/** Does the word before it say that the number is of a thing? */
export function isOfThing(units: Uint16Array, at: number): boolean {
  let end = endOfWordBefore(units, at);
  let kind = kindOfWord(units, end);
  if (kind === 'filler') {
    end = endOfWordBefore(units, startOfWord(units, end));
    kind = kindOfWord(units, end);
  }
  return kind === 'thing' && !isBehindSomebody(units, end);
}

/** Does the word before it say that the number is somebody's? */
export function isOfSomebody(units: Uint16Array, at: number): boolean {
  const end = endOfWordBefore(units, at);
  return kindOfWord(units, end) === 'somebody' || isBehindSomebody(units, end);
}

/** `account id`, `user_id`, `customer-id`: the word before the one that ends there. */
function isBehindSomebody(units: Uint16Array, end: number): boolean {
  return kindOfWord(units, endOfWordBefore(units, startOfWord(units, end))) === 'somebody';
}

function endOfWordBefore(units: Uint16Array, at: number): number {
  let end = at;
  while (at - end < longestGap && isOf(gaps, units[end - 1] ?? 0)) end -= 1;
  return end;
}

function startOfWord(units: Uint16Array, end: number): number {
  let start = end;
  while (end - start < longestWord && isLetter(units[start - 1] ?? 0)) start -= 1;
  return start;
}

/** Undefined for most words, and where none ends. */
function kindOfWord(units: Uint16Array, end: number): Kind | undefined {
  let number = 0;
  let start = end;
  for (; end - start < longestWord; start -= 1) {
    const code = units[start - 1] ?? 0;
    if (!isLetter(code)) break;
    number = withLetter(number, code);
  }
  if (end - start < 2) return undefined;
  const known = kinds.get(number);
  if (known === undefined || known.word.length !== end - start) return undefined;
  return isWordAt(units, start, known.word) ? known.kind : undefined;
}

/** Letters alone stand there. */
function isWordAt(units: Uint16Array, start: number, word: string): boolean {
  for (let k = 0; k < word.length; k += 1)
    if (((units[start + k] ?? 0) | 0x20) !== word.charCodeAt(k)) return false;
  return true;
}

/** Space, quotes, number sign, parenthesis, comma, hyphen, dot, colon, equals sign, bracket, underscore. */
const gaps = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[ "#'(,\-.:=[_]/.test(String.fromCharCode(code))),
);

function isOf(set: Uint8Array, code: number): boolean {
  return code < set.length && set[code] === 1;
}

function isLetter(code: number): boolean {
  const small = code | 0x20;
  return small >= 0x61 && small <= 0x7a && code < 128;
}

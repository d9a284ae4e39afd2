/** A kind of key: the texts that one begins with, and all of it, tried where one of them stands. */
interface KeyKind {
  readonly begins: readonly string[];
  readonly whole: RegExp;
}

const mark = '[key]';
/** The characters that keys begin with are of these. */
const ascii = 128;
const afterName = (...names: readonly string[]): string[] =>
  names.flatMap((name) => [`${name}-`, `${name}_`]);

/**
 * Keys of APIs and clouds, private keys and tokens, by how their makers have them begin; also where the middle is
 * masked, as vendors quote them. Each is bounded from where it may begin.
 */
const makers: readonly KeyKind[] = [
  {
    // OpenAI, Anthropic, Stripe, ElevenLabs and others; ours.
    begins: afterName('sk', 'pk', 'rk', 'slc', 'sess', 'whsec'),
    whole: /(?<![\w-])[a-z]+[-_](?:[\w-]{0,64}\*{2,256}[\w-]{0,64}|[\w-]{16,512})/y,
  },
  {
    begins: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_', 'hf_', 'gsk_', 'r8_', 'npm_'],
    whole: /(?<!\w)(?:gh[pousr]_\w{20,255}|github_pat_\w{20,255}|(?:hf|gsk|r8|npm)_\w{20,128})/y,
  },
  {
    begins: ['dop_v1_', 'lsv2_', 'SG.', 'ya29.', 'AIza'],
    whole:
      /(?<!\w)(?:(?:dop_v1_|lsv2_)\w{20,128}|SG\.[\w-]{16,64}\.[\w-]{16,64}|ya29\.[\w-]{20,512}|AIza[\w-]{30,64})/y,
  },
  {
    begins: ['glpat-', 'xai-', 'pplx-', 'tvly-', 'pypi-'],
    whole: /(?<![\w-])[a-z]+-[\w-]{20,256}/y,
  },
  { begins: ['xox'], whole: /(?<![\w-])xox[abeoprs]-[\w-]{10,256}/y },
  { begins: ['AKIA', 'ASIA', 'AROA'], whole: /(?<!\w)[A-Z]{4}[A-Z0-9]{16}(?!\w)/y },
  { begins: ['eyJ'], whole: /(?<![\w-])eyJ[\w-]{8,2048}\.eyJ[\w-]{8,8192}\.[\w-]{8,1024}/y },
  {
    begins: ['-----BEGIN '],
    whole:
      /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[A-Za-z0-9+/=\s\\]{0,16384}(?:-----END [A-Z ]{0,32}-----)?/y,
  },
];

/** Looked for once the others are struck: a header with a key of theirs says whose it was. */
const headers: readonly KeyKind[] = [
  {
    begins: ['Bearer ', 'bearer ', 'Basic ', 'basic '],
    whole: /(?<!\w)[A-Za-z]+ {1,4}(?=[^\s\d]{0,64}\d)[\w.~+/=*-]{16,4096}/y,
  },
];

const strikeMakers = strikerOf(makers);
const strikeHeaders = strikerOf(headers);

/** Replaces keys by `[key]`. */
export function redactKeys(text: string): string {
  return strikeHeaders(strikeMakers(text));
}

type Beginning = readonly [begins: string, whole: RegExp];

/**
 * Goes over a text once, and tries an expression only where two characters may begin a key of its kind: an expression a
 * kind over the whole text takes ten times as long.
 */
function strikerOf(kinds: readonly KeyKind[]): (text: string) => string {
  const beginnings: Beginning[][] = [[]];
  // By the two characters that it begins with, an index of these; 0 where no key begins so.
  const byPair = new Uint8Array(ascii * ascii);
  for (const { begins, whole } of kinds) {
    for (const each of begins) {
      const pair = each.charCodeAt(0) * ascii + each.charCodeAt(1);
      byPair[pair] ||= beginnings.push([]) - 1;
      beginnings[byPair[pair] ?? 0]?.push([each, whole]);
    }
  }
  const endOf = (text: string, at: number, pair: number): number | undefined => {
    for (const [begins, whole] of beginnings[pair] ?? []) {
      if (!text.startsWith(begins, at)) continue;
      whole.lastIndex = at;
      if (whole.test(text)) return whole.lastIndex;
    }
    return undefined;
  };
  return (text) => {
    let struck = '';
    let copied = 0;
    let former = ascii;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      const pair = former < ascii && code < ascii ? (byPair[former * ascii + code] ?? 0) : 0;
      former = code;
      if (pair === 0) continue;
      const end = endOf(text, at - 1, pair);
      if (end === undefined) continue;
      struck += text.slice(copied, at - 1) + mark;
      copied = end;
      at = end - 1;
      former = ascii;
    }
    return copied === 0 ? text : struck + text.slice(copied);
  };
}

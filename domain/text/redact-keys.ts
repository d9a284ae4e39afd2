/**
 * Keys of APIs and clouds, private keys and tokens, by how their makers have them begin; also where the middle is
 * masked, as vendors quote them. Each is bounded from where it may begin.
 */
const kinds: readonly RegExp[] = [
  // OpenAI, Anthropic, Stripe, ElevenLabs and others; ours.
  /(?<![\w-])(?:sk|pk|rk|slc|sess|whsec)[-_](?:[\w-]{0,64}\*{2,256}[\w-]{0,64}|[\w-]{16,512})/,
  /(?<!\w)(?:gh[pousr]_\w{20,255}|github_pat_\w{20,255}|hf_\w{20,128}|gsk_\w{20,128}|r8_\w{20,128}|npm_\w{20,128})/,
  /(?<!\w)(?:dop_v1_\w{20,128}|lsv2_\w{20,128}|SG\.[\w-]{16,64}\.[\w-]{16,64}|ya29\.[\w-]{20,512}|AIza[\w-]{30,64})/,
  /(?<![\w-])(?:glpat|xai|pplx|tvly|pypi)-[\w-]{20,256}/,
  /(?<![\w-])xox[abeoprs]-[\w-]{10,256}/,
  /(?<!\w)(?:AKIA|ASIA|AROA)[A-Z0-9]{16}(?!\w)/,
  /(?<![\w-])eyJ[\w-]{8,2048}\.eyJ[\w-]{8,8192}\.[\w-]{8,1024}/,
  /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[A-Za-z0-9+/=\s\\]{0,16384}(?:-----END [A-Z ]{0,32}-----)?/,
];

/** All of them in one, so that a text is read once, and a short one of very many is not asked nine times. */
const keys = new RegExp(kinds.map(({ source }) => source).join('|'), 'g');
/** What is sent as one, whatever it looks like. */
const credentials = /(?<!\w)(?:[Bb]earer|[Bb]asic) {1,4}(?=[^\s\d]{0,64}\d)[\w.~+/=*-]{16,4096}/g;

/** Replaces keys by `[key]`. */
export function redactKeys(text: string): string {
  return text.replace(keys, '[key]').replace(credentials, '[key]');
}

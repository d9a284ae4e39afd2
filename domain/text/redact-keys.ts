/**
 * Keys of APIs and clouds, private keys and tokens, by how their makers have them begin; also where the middle is
 * masked, as vendors quote them. Each is bounded from where it may begin.
 */
const patterns: readonly RegExp[] = [
  // OpenAI, Anthropic, Stripe, ElevenLabs and others; ours.
  /(?<![\w-])(?:sk|pk|rk|slc|sess|whsec)[-_](?:[\w-]{0,64}\*{2,256}[\w-]{0,64}|[\w-]{16,512})/g,
  /(?<!\w)(?:gh[pousr]_\w{20,255}|github_pat_\w{20,255}|hf_\w{20,128}|gsk_\w{20,128}|r8_\w{20,128}|npm_\w{20,128})/g,
  /(?<!\w)(?:dop_v1_\w{20,128}|lsv2_\w{20,128}|SG\.[\w-]{16,64}\.[\w-]{16,64}|ya29\.[\w-]{20,512}|AIza[\w-]{30,64})/g,
  /(?<![\w-])(?:glpat|xai|pplx|tvly|pypi)-[\w-]{20,256}/g,
  /(?<![\w-])xox[abeoprs]-[\w-]{10,256}/g,
  /(?<!\w)(?:AKIA|ASIA|AROA)[A-Z0-9]{16}(?!\w)/g,
  /(?<![\w-])eyJ[\w-]{8,2048}\.eyJ[\w-]{8,8192}\.[\w-]{8,1024}/g,
  /(?<!\w)(?:[Bb]earer|[Bb]asic) {1,4}(?=[^\s\d]{0,64}\d)[\w.~+/=*-]{16,4096}/g,
  /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[A-Za-z0-9+/=\s\\]{0,16384}(?:-----END [A-Z ]{0,32}-----)?/g,
];

/** Texts up to this length are asked first whether any key could begin in them: nine expressions cost more than reading. */
const short = 128;
/** How all of them begin. */
const beginning =
  /(?:sk|pk|rk|slc|sess|whsec)[-_]|gh[pousr]_|github_pat_|hf_|gsk_|r8_|npm_|dop_v1_|lsv2_|SG\.|ya29\.|AIza|glpat-|xai-|pplx-|tvly-|pypi-|xox[abeoprs]-|A(?:KI|SI|RO)A|eyJ|[Bb](?:earer|asic) |-----BEGIN /;

/** Replaces keys by `[key]`. */
export function redactKeys(text: string): string {
  if (text.length <= short && !beginning.test(text)) return text;
  return patterns.reduce((redacted, pattern) => redacted.replace(pattern, '[key]'), text);
}

import type { Needs } from '../auth/authorize.ts';

/** What a caller needs, as a sentence of the OpenAPI document. */
export function needsSentence({ role, action, content }: Needs): string {
  const scope = content === true ? ', and the scope `content`' : '';
  return `Needs the role \`${role}\` (action \`${action}\`)${scope}.`;
}

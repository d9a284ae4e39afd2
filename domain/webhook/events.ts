/** What webhooks are told of, by the names that plans give it. */
export const toldEvents = [
  'rolled_back',
  'blocked',
  'paused',
  'inconclusive',
  'needs_approval',
  'way_back_dead',
] as const;
export type WebhookEvent = (typeof toldEvents)[number];

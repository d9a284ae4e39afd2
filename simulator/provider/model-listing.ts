import type { Model } from './models/catalogue.ts';

/** A fixed day, so that listings do not change from start to start. */
const RELEASED_AT = Date.UTC(2026, 0, 15);

/** The body of `GET /v1/models` (or of one model) in its vendor's form; undefined for an unknown model. */
export function listModels(
  catalogue: readonly Model[],
  vendor: Model['vendor'],
  id: string | undefined,
): object | undefined {
  const entries = catalogue.filter((model) => model.vendor === vendor).map((model) => entryOf(model));
  if (id !== undefined) return entries.find((entry) => entry.id === id);
  const paging = { has_more: false, first_id: entries[0]?.id ?? null, last_id: entries.at(-1)?.id ?? null };
  return vendor === 'openai' ? { object: 'list', data: entries } : { data: entries, ...paging };
}

function entryOf({ id, vendor }: Model): { readonly id: string } {
  const openai = { id, object: 'model', created: RELEASED_AT / 1000, owned_by: 'simulator' };
  const anthropic = { id, type: 'model', display_name: id, created_at: new Date(RELEASED_AT).toISOString() };
  return vendor === 'openai' ? openai : anthropic;
}

import type { Release } from '../../../api/schemas/releases.ts';
import { SluiceError } from '../../../domain/errors.ts';
import type { ApiClient } from '../../http/api-client.ts';
import { stateText, table } from '../../output/style.ts';
import type { Command } from '../context.ts';

const wholeId = /^rel_[0-9a-f]{32}$/;
/** As many are told apart; more are not read by anybody. */
const mostListed = 10;

/**
 * The id of the release that is meant: by its id, by a beginning of it that is no other's, or by the name of an app, whose
 * newest release it is. Throws `usage` with the list where several begin so, and `not_found` where none does.
 */
export async function idOfRelease(api: ApiClient, given: string): Promise<string> {
  // As it is copied from where there is no room for all of it.
  const named = given.replace(/(?:…|\.\.\.)$/, '');
  if (wholeId.test(named)) return named;
  const query = new URLSearchParams({ named, limit: String(mostListed + 1) });
  const { items } = await api.get<{ readonly items: Release[] }>(`/v1/releases?${query.toString()}`);
  const [meant, other] = items;
  // Newest first: an app has one open release at most, and that is its newest.
  const ofApp = items.find(({ app }) => app === named);
  if (ofApp !== undefined) return ofApp.id;
  if (meant === undefined) {
    throw new SluiceError('not_found', `There is no release "${given}", and no app of that name had one.`, {
      remedy: 'Name it by its id, the beginning of one, or its app: `sluice release list` shows all.',
    });
  }
  if (other === undefined) return meant.id;
  throw new SluiceError('usage', `Several releases begin with "${given}":\n${listed(items)}`, {
    remedy: 'Write more of the id.',
    details: { releases: items.map(({ id }) => id) },
  });
}

function listed(items: readonly Release[]): string {
  const rows = items
    .slice(0, mostListed)
    .map(({ id, app, label, state }) => [`  ${id}`, app, label, stateText(state, (_, text) => text)]);
  const more = items.length > mostListed ? '\n  … and more' : '';
  return table(rows) + more;
}

/** A command about one release, to be named by id, the beginning of one, or app. */
export function ofRelease<Options extends { readonly id: string }>(
  command: Command<Options>,
): Command<Options> {
  return async (context, options) =>
    command(context, { ...options, id: await idOfRelease(context.api(), options.id) });
}

import type { App } from '../../api/schemas/apps.ts';
import type { Release } from '../../api/schemas/releases.ts';
import type { ApiClient } from '../http/api-client.ts';
import type { Candidate, LiveKind } from './wanted.ts';

interface Page<Item> {
  readonly items: readonly Item[];
}

/** Asks the API for what may be written. Throws as the client does. */
export async function liveCandidates(
  api: Pick<ApiClient, 'get'>,
  live: Exclude<LiveKind, { readonly kind: 'files' }>,
): Promise<Candidate[]> {
  switch (live.kind) {
    case 'apps':
      return (await apps(api)).map(({ name, active }) => ({ value: name, says: servesText(active) }));
    case 'environments': {
      const named = (await apps(api)).flatMap(({ active }) => active.map(({ environment }) => environment));
      return [...new Set(named)].map((value) => ({ value, says: '' }));
    }
    case 'releases': {
      const { items } = await api.get<Page<Release>>(
        `/v1/releases?limit=50${live.open ? '&state=open' : ''}`,
      );
      return releaseCandidates(items);
    }
    case 'labels': {
      const path = `/v1/apps/${encodeURIComponent(live.app)}/revisions?limit=50`;
      const { items } = await api.get<Page<{ readonly label: string }>>(path);
      return items.map(({ label }) => ({ value: label, says: '' }));
    }
  }
}

async function apps(api: Pick<ApiClient, 'get'>): Promise<readonly App[]> {
  return (await api.get<Page<App>>('/v1/apps')).items;
}

function servesText(active: App['active']): string {
  const production = active.find(({ environment }) => environment === 'production');
  return production?.stable === undefined ? '' : `serves ${production.stable.label}`;
}

/** Each by its id, and each app's newest by the app's name, which is shorter. */
function releaseCandidates(items: readonly Release[]): Candidate[] {
  const says = ({ app, label, state }: Release) => `${label} of ${app}, ${state.replace('_', ' ')}`;
  const newest = new Map<string, Release>();
  for (const release of items) if (!newest.has(release.app)) newest.set(release.app, release);
  return [
    ...[...newest].map(([app, release]) => ({ value: app, says: says(release) })),
    ...items.map((release) => ({ value: release.id, says: says(release) })),
  ];
}

import { appSearch } from '../app/app-search.ts';
import { releaseSearch } from '../release/release-search.ts';
import { boardSearch } from '../releases/board-search.ts';
import { parseSearch, stringifySearch } from './search-params.ts';

it('reads links as people write them, and writes them so again', () => {
  const link = '?app=bank-support&state=open&page=2';
  expect(boardSearch(parseSearch(link))).toEqual({ app: 'bank-support', state: 'open', page: 2 });
  expect(stringifySearch(boardSearch(parseSearch(link)))).toBe('?app=bank-support&state=open&page=2');
  expect(stringifySearch({ page: undefined })).toBe('');
});

it('leaves away what says nothing or is nothing', () => {
  expect(boardSearch({ app: '<script>', page: '1', needs: 'you', state: 7 })).toEqual({});
  expect(releaseSearch({ tab: 'overview', x: 'time', table: 'no', show: 'changed', case: '' })).toEqual({});
  expect(appSearch({ from: 'a b', to: 'x'.repeat(200) })).toEqual({});
});

it('knows what is open on a page', () => {
  expect(releaseSearch(parseSearch('?tab=evaluation&show=errors&case=refund-017&page=3'))).toEqual({
    ...{ tab: 'evaluation', show: 'errors', case: 'refund-017', page: 3 },
  });
  expect(releaseSearch(parseSearch('?m=ttft&x=requests&table=yes'))).toEqual({
    ...{ m: 'ttft', x: 'requests', table: 'yes' },
  });
  expect(appSearch(parseSearch('?environment=staging&from=v1&to=sha256:ab'))).toEqual({
    ...{ environment: 'staging', from: 'v1', to: 'sha256:ab' },
  });
});

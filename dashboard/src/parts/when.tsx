import { useNow } from '../live/now.ts';
import { moment } from '../words/ages.ts';

/** A moment, in UTC as everywhere in Sluice; in full where one points at it. */
export function When({ iso }: { readonly iso: string }) {
  const nowMs = useNow();
  return (
    <time dateTime={iso} title={`${iso.slice(0, 19).replace('T', ' ')} UTC`}>
      {moment(iso, nowMs)}
    </time>
  );
}

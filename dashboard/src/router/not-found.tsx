import { Link } from '@tanstack/react-router';
import { Empty } from '../parts/empty.tsx';

export function NotFound() {
  return (
    <>
      <title>Not found · Sluice</title>
      <h1>Not found</h1>
      <Empty>
        There is no such page. <Link to="/">All releases</Link>
      </Empty>
    </>
  );
}

export { createPool } from '../create-pool.ts';

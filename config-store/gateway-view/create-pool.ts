export { createPool } from '../connection/create-pool.ts';

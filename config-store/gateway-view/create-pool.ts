export { createPool } from '../postgres/create-pool.ts';

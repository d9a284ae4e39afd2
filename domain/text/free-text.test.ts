import { provenanceSchema } from '../revision/revision.ts';
import { freeTextSchema } from './free-text.ts';

const key = `sk-proj-${'aB3'.repeat(12)}`;

it('keeps free words on one line and without keys, and refuses what is empty then', () => {
  expect(freeTextSchema.parse(`looks bad\n\u001b[2J ${key}`)).toBe('looks bad [2J [key]');
  expect(freeTextSchema.safeParse(' \n\u0000 ').success).toBe(false);
  expect(freeTextSchema.safeParse('x'.repeat(2001)).success).toBe(false);
});

it('keeps what a pipeline tells of where a revision comes from in the same way', () => {
  const told = { repository: `https://ci:${key}@git.example/a`, author: `ada\n${key}`, dirty: true };
  expect(provenanceSchema.parse(told)).toEqual({
    repository: 'https://git.example/a',
    author: 'ada [key]',
    dirty: true,
  });
});

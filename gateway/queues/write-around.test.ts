import fc from 'fast-check';
import { SluiceError } from '../../domain/errors.ts';
import { writeAround } from './write-around.ts';

const refused = [
  new SluiceError('invalid_request', 'A value has not the expected form (22P05).'),
  Object.assign(new Error('violates foreign key'), { code: '23503' }),
  new RangeError('Invalid string length'),
];

it('writes every row once but the poisonous ones, wherever they stand, in their order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { maxLength: 40 }),
      fc.constantFrom(...refused),
      async (poison, error) => {
        const rows = poison.map((isPoison, i) => ({ i, isPoison }));
        const [written, dropped]: [number[], number[]] = [[], []];
        const unwritten = await writeAround(rows, {
          write: (part) => {
            if (part.some(({ isPoison }) => isPoison)) return Promise.reject(error);
            written.push(...part.map(({ i }) => i));
            return Promise.resolve();
          },
          onPoison: ({ i }) => dropped.push(i),
        });
        expect(unwritten).toBeUndefined();
        expect(written).toEqual(rows.filter(({ isPoison }) => !isPoison).map(({ i }) => i));
        expect(dropped).toEqual(rows.filter(({ isPoison }) => isPoison).map(({ i }) => i));
      },
    ),
  );
});

it.each([
  new SluiceError('unreachable', 'PostgreSQL cannot be reached.'),
  new SluiceError('internal', 'The schema is not up to date.'),
  new Error('a defect'),
])('drops nothing for %s, and gives back what is not written', async (error) => {
  const written: number[] = [];
  const unwritten = await writeAround([1, 2, 3, 4], {
    write: (part) => {
      if (part.length === 4) return Promise.reject(new RangeError('too long'));
      if (part.includes(3)) return Promise.reject(error);
      written.push(...part);
      return Promise.resolve();
    },
    onPoison: () => {
      throw new Error('dropped');
    },
  });
  expect(written).toEqual([1, 2]);
  expect(unwritten).toEqual({ rows: [3, 4], error });
});

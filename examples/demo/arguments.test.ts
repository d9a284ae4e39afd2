import { readArguments } from './arguments.ts';

it('has a rate for the story, for its claims, and for real providers, which are for the claims alone', () => {
  const rate = (...argv: string[]) => {
    const read = readArguments(argv);
    return read.kind === 'play' ? read.demo.ratePerSecond : undefined;
  };
  expect([rate(), rate('--verify'), rate('--real'), rate('--rate', '10')]).toEqual([40, 50, 2, 10]);
  expect(readArguments(['--real'])).toMatchObject({ demo: { verify: true } });
});

it.each([[['--rate', '0']], [['--rate', 'fast']], [['--unknown']], [['folder']]])('refuses %j', (argv) => {
  expect(readArguments(argv).kind).toBe('wrong');
});

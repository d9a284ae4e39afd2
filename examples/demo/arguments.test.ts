import { readArguments } from './arguments.ts';

it('plays at 50 requests a second, and at 2 on real providers', () => {
  const rate = (...argv: string[]) => {
    const read = readArguments(argv);
    return read.kind === 'play' ? read.demo.ratePerSecond : undefined;
  };
  expect([rate(), rate('--real'), rate('--rate', '10')]).toEqual([50, 2, 10]);
});

it.each([[['--rate', '0']], [['--rate', 'fast']], [['--unknown']], [['folder']]])('refuses %j', (argv) => {
  expect(readArguments(argv).kind).toBe('wrong');
});

import { inlinePartials } from './inline-partials.ts';
import type { TeamFiles } from './team-files.ts';

/** Files of one folder, by their names. */
function filesOf(texts: Readonly<Record<string, string>>): TeamFiles {
  return {
    read: (file) => texts[file] ?? '',
    exists: (file) => Object.hasOwn(texts, file),
    beside: (_file, path) => path,
  };
}

it('puts in what files name, and tells of what is missing or includes itself', () => {
  const files = filesOf({ 'a.prompt': '{{>b}}-{{> b }}', '_b.prompt': 'x\r\n', '_c.prompt': '{{>c}}' });
  expect(inlinePartials(files, 'a.prompt')).toBe('x-x');
  expect(() => inlinePartials(filesOf({ 'a.prompt': '{{>b}}' }), 'a.prompt')).toThrow(
    'there is no _b.prompt',
  );
  expect(() => inlinePartials(files, '_c.prompt')).toThrow('_c.prompt includes itself');
});

it('refuses partials of partials that come to more than anybody writes, before they do', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const levels: Record<string, string> = {};
  for (const [i, name] of names.entries())
    levels[`_${name}.prompt`] = i + 1 < names.length ? `{{>${names[i + 1] ?? ''}}}`.repeat(100) : '';
  expect(() => inlinePartials(filesOf(levels), '_a.prompt')).toThrow(
    '_a.prompt takes in more than 1000 partials, or 2097152 characters with them.',
  );
  const long = filesOf({ '_a.prompt': '{{>b}}'.repeat(30), '_b.prompt': 'x'.repeat(100_000) });
  expect(() => inlinePartials(long, '_a.prompt')).toThrow('_a.prompt takes in more than');
});

import { visibleLine } from '../../domain/text/visible-text.ts';

/** As much of a text as a cell shows. */
const mostCharacters = 200;
/** As much as is read for it: spaces that follow on each other are one. */
const mostRead = 50 * mostCharacters;

const special = /[\\`*_[\]~$|]/g;
/** What GitHub and GitLab make links of by themselves: people, issues, merge requests, snippets, addresses, commits. */
const linked =
  /[@#!%&](?=[\w&])|:(?=\/\/|\w+:)|www(?=\.)|GH(?=-\d)|(?<![0-9a-z])[0-9a-f]{6}(?=[0-9a-f]{1,58}(?![0-9a-z]))/gi;

/**
 * What somebody else wrote, a model or a case, as text within a line of Markdown, or in a cell of a table: it stays there,
 * and is no markup, no HTML, no link, no picture, and no mention of anybody.
 */
export function inMarkdown(text: string): string {
  const flat = Array.from(visibleLine(text.slice(0, mostRead)).replaceAll(/\s+/g, ' ').trim());
  const shown =
    flat.length > mostCharacters ? `${flat.slice(0, mostCharacters - 1).join('')}…` : flat.join('');
  return shown
    .replaceAll(special, '\\$&')
    .replaceAll('@', '\u200B@')
    .replaceAll(linked, '$&\u200B')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');
}

/** What begins a heading, a quotation or a list where a line begins by it. */
const opening = /^(?:[#>+=-]|(\d{1,9})(?=[.)](?:\s|$)))/;

/** The same as a line of its own, or as an item of a list. */
export function lineOfMarkdown(text: string): string {
  return inMarkdown(text).replace(opening, (first, digits?: string) =>
    digits === undefined ? `\\${first}` : `${digits}\u200B`,
  );
}

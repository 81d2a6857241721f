// docs/performance.md is written by people, but for the tables between its marks.

import type { Section } from './section.ts';

export const PAGE = 'docs/performance.md';

export const beginMark = (name: Section['name']): string => `<!-- ${name}: made by npm run bench:pipeline -->`;
export const endMark = (name: Section['name']): string => `<!-- ${name}: end -->`;

export const withSection = (page: string, { name, markdown }: Section): string => {
  const begin = page.indexOf(beginMark(name));
  const end = page.indexOf(endMark(name));
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has no place for "${name}".`);
  return `${page.slice(0, begin)}${beginMark(name)}\n\n${markdown.trimEnd()}\n\n${page.slice(end)}`;
};

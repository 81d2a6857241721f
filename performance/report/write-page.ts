// docs/performance.md is written by people, but for the tables between its marks.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Section } from './section.ts';

export const PAGE = 'docs/performance.md';
const root = join(import.meta.dirname, '..', '..');

export const beginMark = (name: Section['name']): string => `<!-- ${name}: made by npm run bench:pipeline -->`;
export const endMark = (name: Section['name']): string => `<!-- ${name}: end -->`;

export const writePage = async (sections: readonly Section[]): Promise<void> => {
  const path = join(root, PAGE);
  const page = sections.reduce(withSection, readFileSync(path, 'utf8'));
  // As the project's documents are.
  writeFileSync(path, await format(page, { ...(await resolveConfig(path)), parser: 'markdown' }));
};

export const withSection = (page: string, { name, markdown }: Section): string => {
  const begin = page.indexOf(beginMark(name));
  const end = page.indexOf(endMark(name));
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has no place for "${name}".`);
  return `${page.slice(0, begin)}${beginMark(name)}\n\n${markdown.trimEnd()}\n\n${page.slice(end)}`;
};

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { PAGE, withSection } from './page-sections.ts';
import type { Section } from './section.ts';

const root = join(import.meta.dirname, '..', '..');

export const writePage = async (sections: readonly Section[]): Promise<void> => {
  const path = join(root, PAGE);
  const page = sections.reduce(withSection, readFileSync(path, 'utf8'));
  // As the project's documents are.
  writeFileSync(path, await format(page, { ...(await resolveConfig(path)), parser: 'markdown' }));
};

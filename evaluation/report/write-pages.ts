// The pages and plots that an evaluation leaves in docs/. They say by which command they were made, and are not edited.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { GoalCheck } from '../goals.ts';
import type { Evaluation } from '../measure-all.ts';
import { blindSpotsPage } from './blind-spots-page.ts';
import { evaluationPage } from './evaluation-page.ts';
import { plotsOf } from './plots.ts';

const root = join(import.meta.dirname, '..', '..');

/** The paths that were written, from the project's root. */
export const writePages = async (evaluation: Evaluation, goals: readonly GoalCheck[]): Promise<string[]> => {
  const files = {
    'docs/evaluation.md': await formatted(evaluationPage(evaluation, goals)),
    'docs/what-it-does-not-catch.md': await formatted(blindSpotsPage(evaluation)),
    ...plotsOf(evaluation),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return Object.keys(files);
};

/** As the project's documents are. */
const formatted = async (markdown: string): Promise<string> =>
  format(markdown, { ...(await resolveConfig(join(root, 'README.md'))), parser: 'markdown' });

import type { HttpResponseInit } from '@azure/functions';
import * as z from 'zod';
import { json, type Problem } from './http-handler.ts';

export const customerIdParameter = z.string().min(1).max(128);

/** What was found about a customer, or that there is no such customer. */
export const customerAnswer = (
  found: { kind: 'found' } | { kind: 'not-found' },
  authored: Problem,
): HttpResponseInit => {
  const { kind, ...view } = found;
  return kind === 'found' ? json(200, view) : authored('not-found');
};

import type { PolicyMistake } from '../application/ports.ts';
import { InvalidRequest } from './errors.ts';

/** Each mistake of a document, pointed to where the document lies in the body. */
export const policyMistakes = (mistakes: readonly PolicyMistake[]): InvalidRequest =>
  new InvalidRequest(mistakes.map(({ path, message }) => ({ pointer: `/policy${path}`, detail: message })));

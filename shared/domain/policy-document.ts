// What an author writes: a whole policy, or only what differs from a preset.

import type { PartialPolicy } from './partial-policy.ts';
import { presets, type PresetName } from './policy-presets.ts';
import { defaultPolicy, type Policy } from './policy.ts';

export interface PolicyDocument extends PartialPolicy {
  /** The preset that this document changes. */
  extends?: PresetName;
  /** For editors: where the schema is. */
  $schema?: string;
}

/** Merged over the preset that the document extends; over `base` when it names none. */
export const resolvePolicy = (document: PolicyDocument, base: Policy = defaultPolicy): Policy =>
  merge(baseOf(document, base), document) as Policy;

const baseOf = ({ extends: preset }: PolicyDocument, base: Policy): unknown =>
  preset === undefined ? base : merge(defaultPolicy, presets[preset].changes);

/** Objects deeply, lists whole. Only members of the base count, so what a document has beside the policy stays out. */
const merge = (base: unknown, partial: unknown): unknown => {
  if (!isObject(base) || !isObject(partial)) return partial;
  return Object.fromEntries(
    Object.entries(base).map(([key, value]) => [key, Object.hasOwn(partial, key) ? merge(value, partial[key]) : value]),
  );
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

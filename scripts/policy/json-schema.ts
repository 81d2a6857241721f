import * as z from 'zod';
import { policyDocumentSchema } from '../../shared/contracts/policy-schema.ts';

/** The published JSON Schema (2020-12) of a policy document, whole or partial. */
export const policyJsonSchema = (): object => ({
  title: 'Policy document',
  ...z.toJSONSchema(policyDocumentSchema, { target: 'draft-2020-12' }),
});

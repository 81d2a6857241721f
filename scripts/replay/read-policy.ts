import { canonicalJson } from '../../shared/domain/canonical-json.ts';
import { defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import { validatePolicyDocument } from '../../shared/contracts/policy-schema.ts';
import { sha256Hex } from '../../shared/platform/hashes.ts';
import { CommandError } from '../policy/command-error.ts';
import { readDocument } from '../policy/read-document.ts';

export interface HashedPolicy {
  policy: Policy;
  policyHash: string;
}

/** The policy that a document makes; the default one without a file. */
export const readPolicy = (file: string | undefined): HashedPolicy =>
  hashed(file === undefined ? defaultPolicy : policyIn(file));

const policyIn = (file: string): Policy => {
  const validation = validatePolicyDocument(readDocument(file));
  if (validation.kind === 'valid') return validation.policy;
  const mistakes = validation.mistakes.map(({ path, message }) => `  ${path}: ${message}`);
  throw new CommandError([`${file} is not a valid policy.`, ...mistakes].join('\n'));
};

const hashed = (policy: Policy): HashedPolicy => ({ policy, policyHash: sha256Hex(canonicalJson(policy)) });

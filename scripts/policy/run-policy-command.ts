import { canonicalJson } from '../../shared/domain/canonical-json.ts';
import { type PolicyMistake, validatePolicyDocument } from '../../shared/contracts/policy-schema.ts';
import type { PolicyDocument } from '../../shared/domain/policy-document.ts';
import { presetNames } from '../../shared/domain/policy-presets.ts';
import { findAccessToken } from './access-token.ts';
import { CommandError } from './command-error.ts';
import { describeEnforcement } from './describe-enforcement.ts';
import { describePolicy, policyHashOf } from './describe-policy.ts';
import type { PolicyCommand } from './options.ts';
import { apiUrlOf, PoliciesApi } from './policies-api.ts';
import { readDocument } from './read-document.ts';

type Settings = Readonly<Record<string, string | undefined>>;

/** Resolves to the exit code. Throws a `CommandError` when there is nothing to say on stdout. */
export const runPolicyCommand = async (
  command: PolicyCommand,
  settings: Settings,
  say: (line: string) => void,
): Promise<0 | 1> => {
  switch (command.kind) {
    case 'show': {
      const validation = validatePolicyDocument(documentOf(command.nameOrFile));
      if (validation.kind === 'invalid') throw new CommandError(linesOf(validation.mistakes).join('\n'));
      const { policy, document } = validation;
      if (command.json) say(canonicalJson(policy));
      else describePolicy(policy, document).forEach(say);
      return 0;
    }
    case 'validate': {
      const validation = validatePolicyDocument(readDocument(command.file));
      if (validation.kind === 'valid') {
        say(`valid ${policyHashOf(validation.policy)}`);
        return 0;
      }
      linesOf(validation.mistakes).forEach(say);
      return 1;
    }
    case 'publish': {
      const { file, reason, customerId } = command;
      const document = readDocument(file);
      const hash = await (await connect(command, settings)).publish(document, reason, customerId);
      say(customerId === undefined ? `published ${hash}` : `published for ${customerId}: ${hash}`);
      return 0;
    }
    case 'enforce': {
      const { kind: _kind, customerId, url: _url, ...body } = command;
      const enforcement = await (await connect(command, settings)).enforce(customerId, body);
      describeEnforcement(customerId, enforcement).forEach(say);
      return 0;
    }
    case 'enforce-status': {
      const { customerId } = command;
      describeEnforcement(customerId, await (await connect(command, settings)).enforcement(customerId)).forEach(say);
      return 0;
    }
  }
};

const documentOf = (nameOrFile: string): unknown => {
  const preset = presetNames.find((name) => name === nameOrFile);
  return preset === undefined ? readDocument(nameOrFile) : ({ extends: preset } satisfies PolicyDocument);
};

const linesOf = (mistakes: readonly PolicyMistake[]): string[] =>
  mistakes.map(({ path, message }) => `${path === '' ? 'document' : path}: ${message}`);

const connect = async ({ url }: { url?: string }, settings: Settings): Promise<PoliciesApi> => {
  const apiUrl = apiUrlOf(url, settings.LIVENESS_API_URL);
  return new PoliciesApi(apiUrl, await findAccessToken(apiUrl, settings.LIVENESS_ACCESS_TOKEN));
};

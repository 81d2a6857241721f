import { canonicalJson } from '../domain/canonical-json.ts';
import { presetNames, presets, type PresetName } from '../domain/policy-presets.ts';
import { laidOver } from './active-policy.ts';
import type { ChangeCustomerPolicy } from './change-customer-policy.ts';
import type { Customers, PolicyMistake, ValidatePolicy } from './ports.ts';

interface Ports {
  customers: Customers;
  validatePolicy: ValidatePolicy;
  changeCustomerPolicy: ChangeCustomerPolicy;
}

export type CustomerPolicySetting =
  | { kind: 'changed' }
  /** It was like this already. */
  | { kind: 'unchanged' }
  | { kind: 'not-found' }
  | { kind: 'invalid'; mistakes: readonly PolicyMistake[] };

export type SetCustomerPolicy = (request: {
  customerId: string;
  /** Null: the active policy, without changes. */
  document: unknown;
  decidedBy: string;
  reason: string;
}) => Promise<CustomerPolicySetting>;

/**
 * What differs for one customer. A preset that its document extends is not a new beginning: its changes are laid over the
 * active policy, and those of the document over both.
 */
export const makeSetCustomerPolicy =
  ({ customers, validatePolicy, changeCustomerPolicy }: Ports): SetCustomerPolicy =>
  async ({ customerId, document: json, decidedBy: by, reason }) => {
    if ((await customers.find(customerId)) === undefined) return { kind: 'not-found' };

    return changeCustomerPolicy<Exclude<CustomerPolicySetting, { kind: 'changed' }>>(
      customerId,
      ({ activePolicy, override, enforcementOff }) => {
        if (json === null) {
          if (override === undefined) return { kind: 'unchanged' };
          return { kind: 'next', enforcementOff, by, reason, change: { kind: 'customer-policy-removed' } };
        }
        const { preset, own } = apart(json);
        const presetLayer = preset === undefined ? [] : [presets[preset].changes];
        const checked = validatePolicy(own, laidOver(activePolicy, presetLayer));
        if (checked.kind === 'invalid') return checked;

        const document = { ...(preset !== undefined && { extends: preset }), ...checked.document };
        const next = { document, layers: [...presetLayer, checked.document] };
        if (override !== undefined && canonicalJson(override) === canonicalJson(next)) return { kind: 'unchanged' };
        const change = { kind: 'customer-policy-set' as const, document };
        return { kind: 'next', override: next, enforcementOff, by, reason, change };
      },
    );
  };

/** A name that is no preset stays in the document, where it is found to be a mistake. */
const apart = (json: unknown): { preset?: PresetName; own: unknown } => {
  if (typeof json !== 'object' || json === null || !('extends' in json)) return { own: json };
  const { extends: named, ...own } = json;
  const preset = presetNames.find((name) => name === named);
  return preset === undefined ? { own: json } : { preset, own };
};

import type { ChangeCustomerPolicy } from './change-customer-policy.ts';
import type { EnforcementOff } from './policy-records.ts';
import type { Clock, Customers, Log, PolicyStore } from './ports.ts';
import { sweepPages, type Swept } from './sweeps.ts';

interface Ports {
  customers: Customers;
  policyStore: PolicyStore;
  changeCustomerPolicy: ChangeCustomerPolicy;
  clock: Clock;
  log: Log;
}

/** A day is enough to ship a repaired version; whoever needs longer has to decide again, and give a reason again. */
export const MOST_MINUTES_OFF = 24 * 60;

interface Decision {
  customerId: string;
  /** One version of the app only. */
  appVersion?: string;
  decidedBy: string;
  reason: string;
}

export type SetEnforcement = (
  decision: Decision & ({ enforced: true } | { enforced: false; forMinutes: number }),
) => Promise<{ kind: 'changed' } | { kind: 'unchanged' } | { kind: 'not-found' }>;

/**
 *   off, for 2 h ──────────────▶ on again by itself (the sweep tells it and writes it into the audit)
 *        └── on, by a person ──▶
 *
 * While it is off, what is found is recorded and blocks nobody. Budgets and suspensions hold all the same.
 */
export const makeSetEnforcement = (ports: Ports) => {
  const { customers, policyStore, changeCustomerPolicy, clock, log } = ports;

  const setEnforcement: SetEnforcement = async (decision) => {
    const { customerId, appVersion, decidedBy: by, reason } = decision;
    if ((await customers.find(customerId)) === undefined) return { kind: 'not-found' };

    const outcome = await changeCustomerPolicy<{ kind: 'unchanged' }>(
      customerId,
      ({ override, enforcementOff }, now) => {
        const version = appVersion === undefined ? {} : { appVersion };
        const state = { kind: 'next' as const, by, reason, ...(override !== undefined && { override }) };
        if (decision.enforced) {
          // Without a version it is on everywhere.
          const left = enforcementOff.filter((off) => appVersion !== undefined && off.appVersion !== appVersion);
          if (left.length === enforcementOff.length) return { kind: 'unchanged' };
          return {
            ...state,
            enforcementOff: left,
            change: { kind: 'enforcement-on', ...version },
            announced: { enforced: true, because: 'decided', ...version },
          };
        }
        const until = new Date(now.getTime() + decision.forMinutes * 60_000);
        return {
          ...state,
          enforcementOff: [...enforcementOff.filter((off) => off.appVersion !== appVersion), { until, ...version }],
          change: { kind: 'enforcement-off', until: until.toISOString(), ...version },
          announced: { enforced: false, because: 'decided', until: until.toISOString(), ...version },
        };
      },
    );
    if (outcome.kind === 'changed') log.info('enforcement-changed', { enforced: decision.enforced });
    return outcome;
  };

  /** It is over at its moment; this tells so. One end at a time: a customer with more of them stays due. */
  const endEnforcementOff = (): Promise<Swept> =>
    sweepPages({
      clock,
      due: () => policyStore.dueCustomers(clock.now()),
      handle: async ({ customerId }) => {
        await changeCustomerPolicy<{ kind: 'unchanged' }>(customerId, ({ override, enforcementOff }, now) => {
          const ended = enforcementOff.find(({ until }) => until <= now);
          if (ended === undefined) return { kind: 'unchanged' };
          const version = versionOf(ended);
          return {
            kind: 'next',
            enforcementOff: enforcementOff.filter((off) => off !== ended),
            by: 'liveness-abuse-monitor',
            reason: 'The time was over.',
            change: { kind: 'enforcement-off-ended', ...version },
            announced: { enforced: true, because: 'ended', ...version },
            ...(override !== undefined && { override }),
          };
        });
      },
      postpone: (_customer, error) => {
        // It stays due; those of the same page that went well have left it.
        log.warn('end-of-enforcement-off-not-told', { error: String(error) });
        return Promise.resolve();
      },
    });

  return { setEnforcement, endEnforcementOff };
};

const versionOf = ({ appVersion }: EnforcementOff): { appVersion?: string } =>
  appVersion === undefined ? {} : { appVersion };

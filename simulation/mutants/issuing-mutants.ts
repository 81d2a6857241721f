import type { Mutant } from './mutant.ts';

const issuing = 'shared/application/issue-liveness-session.ts';
const correlation = 'shared/application/correlation.ts';
const budget = 'shared/domain/gate-rules/exposure-budget.ts';
const gate = 'shared/domain/gate.ts';

/** In how tokens are issued. */
export const issuingMutants: readonly Mutant[] = [
  {
    name: 'a customer who is suspended gets tokens',
    breaks: ['I2'],
    file: issuing,
    text: "return record.eligibility === 'eligible' ? { kind: 'eligible', record } : notEligible(record);",
    instead: "return { kind: 'eligible', record };",
  },
  {
    name: 'eligibility is not read again before the answer',
    breaks: ['I2'],
    file: issuing,
    text: 'const still = await eligibleCustomer(customer.customerId);',
    instead: "const still = { kind: 'eligible' };",
  },
  {
    name: 'the gate does not ask for verdicts',
    breaks: ['I2'],
    file: gate,
    text: '(audit ? undefined : refusal(verdicts, channel, nowMs)) ?? admit(',
    instead: 'admit(',
  },
  {
    name: 'eligibility is asked of a replica that lags behind',
    breaks: ['I2'],
    file: 'shared/adapters/cosmos/cosmos-customers.ts',
    text: "readItem(item, this.#database, { consistencyLevel: 'Strong' })",
    instead: 'readItem(item, this.#database)',
  },
  {
    name: 'the last look at revocation is left out',
    breaks: ['I2', 'I6'],
    file: issuing,
    text: 'if (stored !== undefined && stored.record.revoked === undefined) return undefined;',
    instead: 'return undefined;',
  },
  {
    name: 'a retired correlation id gets sessions',
    breaks: ['I6'],
    file: issuing,
    text: "if (before.status === 'retired') throw new Unavailable('the correlation id is being replaced');",
    instead: '',
  },
  {
    name: 'the reservation takes nothing from the budget',
    breaks: ['I3'],
    file: issuing,
    text: 'reserve(before, session, policy)',
    instead: 'before',
  },
  {
    name: 'a token is reserved as one attempt, and is good for three',
    breaks: ['I3'],
    file: issuing,
    text: 'const TOKEN = { attempts: 3,',
    instead: 'const TOKEN = { attempts: 1,',
  },
  {
    name: 'the answer does not wait until all is stored',
    breaks: ['I5'],
    file: issuing,
    text: 'const refusal = await confirm(session, faceSessionId, customer, remember);',
    instead: `const refusal = undefined;
    confirm(session, faceSessionId, customer, remember).catch(() => undefined);`,
  },
  {
    name: 'an error after the creation at Face is passed over',
    breaks: ['I5'],
    file: issuing,
    text: `      await withdraw(session);
      throw error;`,
    instead: '      return undefined;',
  },
  {
    name: 'the budget is rounded up',
    breaks: ['I3'],
    file: 'shared/domain/policy.ts',
    text: 'Math.floor(Math.log(1 - budget.breach)',
    instead: 'Math.ceil(Math.log(1 - budget.breach)',
  },
  {
    name: 'the gate forgets what is reserved',
    breaks: ['I3'],
    file: budget,
    text: 'left: Math.max(0, budget - judgedMs.length - reserved)',
    instead: 'left: Math.max(0, budget - judgedMs.length)',
  },
  {
    name: 'the gate forgets reservations when their tokens expire',
    breaks: ['I3'],
    file: budget,
    text: "const own = outstanding.filter(({ deviceKey }) => counts(deviceKey ?? ''));",
    instead:
      "const own = outstanding.filter(({ deviceKey, expiresAtMs }) => expiresAtMs > nowMs && counts(deviceKey ?? ''));",
  },
  {
    name: 'reservations leave the history by time',
    breaks: ['I3'],
    file: correlation,
    text: 'outstanding: [...record.outstanding, reservation],',
    instead: 'outstanding: [...record.outstanding.filter(({ expiresAtMs }) => expiresAtMs > atMs), reservation],',
  },
  {
    name: 'a reservation has no moment at which it is given back',
    breaks: ['I8'],
    file: issuing,
    text: 'dueAt: secondsAfter(now, RESERVATION_SECONDS),',
    instead: '',
  },
  {
    name: 'the key of a request does not learn its session',
    breaks: ['I5'],
    file: issuing,
    text: 'await remember(sessionId);',
    instead: '',
  },
  {
    name: 'a repeated request leaves the earlier token alone',
    breaks: ['answers'],
    file: issuing,
    text: "await ports.closeUnused(found, 'replaced');",
    instead: '',
  },
  {
    name: 'Face knows a session by an id of its own',
    breaks: ['I5'],
    file: issuing,
    text: 'correlationId: session.correlationId,\n        operationMode',
    instead: 'correlationId: randomness.uuid(),\n        operationMode',
  },
  {
    name: 'a session is collected before its token has expired',
    breaks: ['answers'],
    file: issuing,
    text: 'dueAt: secondsAfter(reserved.record.expiresAt, COLLECT_AFTER_EXPIRY_SECONDS)',
    instead: 'dueAt: secondsAfter(reserved.record.reservedAt, COLLECT_AFTER_EXPIRY_SECONDS)',
  },
  {
    name: 'a repeated request takes a session away that is in use',
    breaks: ['answers'],
    file: issuing,
    text: "if (atFace !== undefined && (atFace.status !== 'NotStarted' || atFace.attempts.length > 0)) return false;",
    instead: '',
  },
  {
    name: 'of two first requests at once each has its own correlation id',
    breaks: ['I3'],
    file: 'shared/application/resolve-end-user.ts',
    text: 'return other.record;',
    instead: 'return fresh;',
  },
];

import type { Mutant } from './mutant.ts';

const closing = 'shared/application/close-liveness-session.ts';
const stores = 'shared/adapters/cosmos/cosmos-correlations.ts';

/** Mistakes that the product had, until the simulation found them. */
export const formerMutants: readonly Mutant[] = [
  {
    name: 'a replica that lags behind is believed that nothing is there',
    breaks: ['I1', 'I8'],
    file: stores,
    text: '(await this.#readWith(correlationId, id, recordOf, {})) ?? (await this.#readNewest(correlationId, id, recordOf))',
    instead: 'await this.#readWith(correlationId, id, recordOf, {})',
  },
  {
    name: 'a session that was given back is closed once more',
    breaks: ['I3'],
    file: closing,
    text: "if (current.record.state === 'released') return { ...current.record, result };",
    instead: '',
  },
  {
    name: 'what the next version has stored of a customer is left out',
    breaks: ['versions'],
    file: 'shared/application/watch-customers.ts',
    text: 'record: { ...kept, watch, countedUntil: created.until, dueAt },',
    instead: 'record: { customerId, watch, countedUntil: created.until, dueAt },',
  },
];

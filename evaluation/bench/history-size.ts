// What a history takes in its document.

import { correlationDocuments } from '../../shared/adapters/cosmos/documents.ts';
import { newCorrelation } from '../../shared/application/correlation.ts';
import { emptyHistory, type History } from '../../shared/domain/history.ts';
import { foldEvent } from '../../shared/domain/judged-state.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { MS_PER_DAY } from '../../shared/domain/time.ts';
import { PERIOD_DAYS } from '../period.ts';
import { honestTraces } from '../population/honest-traces.ts';
import { median, quantile } from '../statistics/quantiles.ts';
import { atMost, type Figure } from './figure.ts';
import { fullestHistory, WORST_ABUSER } from './fullest-history.ts';
import { correlationIdFor, deviceKeyFor, inStoredForm, sessionIdFor } from './stored-form.ts';

/** Specification, section 2. */
const USUAL_BYTES = 512;
const MOST_BYTES = 16 * 1024;

const PEOPLE = 5000;
const PEOPLE_FOR_A_YEAR = 500;
const MONTHS = 12;

export const measureHistorySize = ({ seed, policy }: { seed: number; policy: Policy }): Figure[] => {
  const usual = historiesOf(seed, PEOPLE, policy).map(storedBytes);
  const afterYears = yearsOf(seed, policy).map(storedBytes);
  const bytes = { unit: 'bytes', digits: 0 };
  return [
    { measure: 'usual id after 30 days, median', value: median(usual), ...bytes, ...atMost(USUAL_BYTES) },
    { measure: 'the same, p99', value: quantile(usual, 0.99), ...bytes, ...atMost(MOST_BYTES) },
    { measure: 'the same, largest', value: quantile(usual, 1), ...bytes, ...atMost(MOST_BYTES) },
    { measure: 'typical id after a year on one device, median', value: median(afterYears), ...bytes },
    { measure: 'the same, largest', value: quantile(afterYears, 1), ...bytes, ...atMost(MOST_BYTES) },
    {
      measure: 'worst abuser, every set full, 20 devices',
      value: storedBytes({ correlationId: WORST_ABUSER, history: fullestHistory(policy, 20) }),
      ...bytes,
      ...atMost(MOST_BYTES),
    },
    {
      measure: 'worst abuser, every set full, a device for each session',
      value: storedBytes({ correlationId: WORST_ABUSER, history: fullestHistory(policy, Infinity) }),
      ...bytes,
      ...atMost(MOST_BYTES),
    },
  ];
};

interface IdHistory {
  correlationId: string;
  history: History;
}

const storedBytes = ({ correlationId, history }: IdHistory): number => {
  const record = newCorrelation({ correlationId, customerId: 'customer', endUserKey: '1.end-user' });
  return Buffer.byteLength(JSON.stringify(correlationDocuments.document({ ...record, history }).history));
};

/** Of honest people in an ordinary population, and of every id they had. */
const historiesOf = (seed: number, people: number, policy: Policy): IdHistory[] => {
  const histories = new Map<string, History>();
  for (const { events } of honestTraces({ seed }, people)) {
    for (const event of events.map(inStoredForm)) {
      const before = histories.get(event.correlationId) ?? emptyHistory;
      histories.set(event.correlationId, foldEvent(before, event, policy));
    }
  }
  return [...histories].map(([correlationId, history]) => ({ correlationId, history }));
};

/** A year of a person is twelve months, lived by twelve typical people one after the other. */
const yearsOf = (seed: number, policy: Policy): IdHistory[] => {
  const histories = new Map<string, History>();
  for (let month = 0; month < MONTHS; month += 1) {
    for (const { events, subjects } of honestTraces({ seed: seed + month }, PEOPLE_FOR_A_YEAR)) {
      const typical = subjects.filter(({ group }) => group === 'typical');
      const personOf = new Map(
        typical.flatMap(({ correlationIds }, person) => correlationIds.map((id) => [id, `person ${person}`])),
      );
      for (const event of events) {
        const person = personOf.get(event.correlationId);
        if (person === undefined) continue;
        const correlationId = correlationIdFor(person);
        const lived = {
          ...event,
          atMs: event.atMs + month * PERIOD_DAYS * MS_PER_DAY,
          correlationId,
          sessionId: sessionIdFor(correlationId, `${month} ${event.sessionId}`),
          deviceKey: deviceKeyFor(person),
        };
        histories.set(correlationId, foldEvent(histories.get(correlationId) ?? emptyHistory, lived, policy));
      }
    }
  }
  return [...histories].map(([correlationId, history]) => ({ correlationId, history }));
};

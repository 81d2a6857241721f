import type { Mutant } from './mutant.ts';

const correlation = 'shared/application/correlation.ts';
const recording = 'shared/application/record-liveness-results.ts';
const messages = 'shared/messaging/record-results-message.ts';
const stores = 'shared/adapters/cosmos/cosmos-correlations.ts';

/** In how results are counted. */
export const recordingMutants: readonly Mutant[] = [
  {
    name: 'the ledger is left out',
    breaks: ['I1'],
    file: recording,
    text: 'ledger: toApply.map(ledgerRecord),',
    instead: 'ledger: [],',
  },
  {
    name: 'the ledger is a batch of its own',
    breaks: ['I1'],
    file: stores,
    text: 'const steps = stepsOf(change);',
    instead: `if (change.correlation !== undefined && change.ledger !== undefined && change.ledger.length > 0) {
      const first = await this.commit(correlationId, { ledger: change.ledger });
      return first.kind === 'committed' ? this.commit(correlationId, { ...change, ledger: [] }) : first;
    }
    const steps = stepsOf(change);`,
  },
  {
    name: 'the history is written without If-Match',
    breaks: ['I1'],
    file: stores,
    text: "operation: { operationType: 'Replace', id: document.id, ifMatch: version, resourceBody }",
    instead: `operation: {
        operationType: 'Replace',
        id: document.id,
        ...(what !== 'correlation' && { ifMatch: version }),
        resourceBody,
      }`,
  },
  {
    name: 'sessions are written without If-Match',
    breaks: ['I2', 'I3', 'I6'],
    file: stores,
    text: "operation: { operationType: 'Replace', id: document.id, ifMatch: version, resourceBody }",
    instead: `operation: {
        operationType: 'Replace',
        id: document.id,
        ...(what !== 'session' && { ifMatch: version }),
        resourceBody,
      }`,
  },
  {
    name: 'a conflict in the ledger is taken for success',
    breaks: ['I1', 'I8'],
    file: recording,
    text: 'for (const record of known) ledger.set(record.key, record);',
    instead: `for (const record of known) ledger.set(record.key, record);
          return finish(found.record, fresh, ledger, refused);`,
  },
  {
    name: 'a batch that lost its race is taken as committed',
    breaks: ['I1', 'I8'],
    file: recording,
    text: `case 'changed':
          continue;`,
    instead: `case 'changed':
          return finish(recorded.record, fresh, ledger, refused);`,
  },
  {
    name: 'devices learn only of what was not counted before',
    breaks: ['I1'],
    file: recording,
    text: 'await mergeIntoDevices(counted)',
    instead: 'await mergeIntoDevices(counted.filter((event) => !ledger.has(eventKey(event))))',
  },
  {
    name: 'devices count each copy of an attempt at a moment of its own',
    breaks: ['I1'],
    file: recording,
    text: 'const counted = [...fresh].map(([key, event]) => eventOf(ledger.get(key)) ?? event);',
    instead: 'const counted = [...fresh.values()];',
  },
  {
    name: 'devices are written without If-Match',
    breaks: ['I1'],
    file: 'shared/adapters/cosmos/single-items.ts',
    text: "accessCondition: { type: 'IfMatch', condition: version },",
    instead: '',
  },
  {
    name: 'a verdict does not revoke open sessions',
    breaks: ['I2'],
    file: recording,
    text: '...(recorded.found.length > 0 && {',
    instead: '...(recorded.found.length < 0 && {',
  },
  {
    name: 'the sequence of events is not raised',
    breaks: ['I4'],
    file: correlation,
    text: 'record = { ...record, sequence: completed.sequence };',
    instead: '',
  },
  {
    name: 'a message that cannot be counted now is completed',
    breaks: ['I1', 'I8'],
    file: messages,
    text: 'for (const { message } of group) await postpone(message);',
    instead: '',
  },
  {
    name: 'a message that is put off loses its device',
    breaks: ['I1'],
    file: messages,
    text: '{ ...message, postponed: message.postponed + 1 }',
    instead: '{ ...message, deviceKey: undefined, postponed: message.postponed + 1 }',
  },
  {
    name: 'an uncertain look is taken for a technical failure',
    breaks: ['I1'],
    file: 'shared/domain/outcome.ts',
    text: "return { outcome: 'uncertain' };",
    instead: "return { outcome: 'technical' };",
  },
];

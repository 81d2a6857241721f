import { type Told, tellsOfEntry } from '../../fuzz/tells-of-entry.ts';

const attempt = (what: Told = {}): Told => ({ type: 'attempt', customerId: 'contoso', outcome: 'spoof', ...what });
const forged = attempt({ reason: 'integrity' });

describe('a message whose attempt is in the ledger', () => {
  it.each<[string, Told, Told]>([
    ['the same', attempt(), attempt()],
    ['what Face says of a forged one', forged, attempt({ outcome: 'real' })],
    ['a forged one of which Face has spoken before', attempt({ outcome: 'real' }), forged],
    ['the end of a session', { type: 'session.abandoned' }, { type: 'session.abandoned' }],
  ])('is counted: %s', (_, entry, event) => {
    expect(tellsOfEntry(entry, event)).toBe(true);
  });

  it.each<[string, Told, Told]>([
    ['another outcome', attempt(), attempt({ outcome: 'real' })],
    [
      'another error',
      attempt({ outcome: 'technical', errorCode: 'A' }),
      attempt({ outcome: 'technical', errorCode: 'B' }),
    ],
    ['another customer', attempt(), attempt({ customerId: 'fabrikam' })],
    ['another type', { type: 'session.closed' }, { type: 'session.abandoned' }],
    ['forged, though Face could not judge it', attempt({ outcome: 'technical' }), forged],
    ['not judged by Face, though forged', forged, attempt({ outcome: 'technical' })],
    ['forged, with an error', attempt({ outcome: 'real' }), { ...forged, errorCode: 'A' }],
  ])('is not counted by it: %s', (_, entry, event) => {
    expect(tellsOfEntry(entry, event)).toBe(false);
  });
});

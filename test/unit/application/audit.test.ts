import { type AuditEntry, headOf, nextEntry } from '../../../shared/application/audit.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { firstBroken } from '../../support/audit-chain.ts';
import { secondsAfter, startOfTests } from '../../support/held-clock.ts';

const entries = (count: number): AuditEntry<{ what: string }>[] => {
  const newestFirst: AuditEntry<{ what: string }>[] = [];
  for (let written = 0; written < count; written += 1) {
    const [newest] = newestFirst;
    const at = secondsAfter(startOfTests, written);
    const told = { at, by: 'operator', reason: 'Because.', change: { what: `change ${written}` } };
    newestFirst.unshift(nextEntry(newest && headOf(newest), told, sha256Hex));
  }
  return newestFirst;
};

describe('an audit', () => {
  it('says who changed what, when and why, and leads from each entry to the one before', () => {
    const [second, first] = entries(2);

    expect(first).toEqual({
      number: 1,
      at: '2026-03-02T12:00:00.000Z',
      by: 'operator',
      reason: 'Because.',
      change: { what: 'change 0' },
      hash: sha256Hex(
        '{"at":"2026-03-02T12:00:00.000Z","by":"operator","change":{"what":"change 0"},"number":1,"reason":"Because."}',
      ),
    });
    expect(second).toMatchObject({ number: 2, previousHash: first?.hash });
    expect(firstBroken(entries(5))).toBeUndefined();
  });

  it.each<[string, (entry: AuditEntry<{ what: string }>) => AuditEntry<{ what: string }>]>([
    ['who', (entry) => ({ ...entry, by: 'nobody' })],
    ['when', (entry) => ({ ...entry, at: '2026-03-02T12:00:00.001Z' })],
    ['why', (entry) => ({ ...entry, reason: 'Because' })],
    ['what', (entry) => ({ ...entry, change: { what: 'nothing' } })],
  ])('shows that somebody changed %s later', (_what, change) => {
    const changed = entries(5).map((entry) => (entry.number === 3 ? change(entry) : entry));

    expect(firstBroken(changed)?.number).toBe(3);
  });

  it('shows that an entry was taken out or written anew', () => {
    const written = entries(5);
    const [anew] = entries(3).map((entry) => ({ ...entry, reason: 'Another.' }));
    const { hash: _old, ...content } = anew!;
    const withItsHash = nextEntry(headOf(written[3]!), { ...content, at: startOfTests }, sha256Hex);

    expect(firstBroken(written.filter(({ number }) => number !== 3))?.number).toBe(4);
    expect(firstBroken(written.map((entry) => (entry.number === 3 ? withItsHash : entry)))?.number).toBe(4);
  });
});

import { closedLoop, withoutBudget } from '../../../evaluation/measures/closed-loop.ts';
import { closedLoopOfPeers, type PeerTries } from '../../../evaluation/measures/closed-loop-of-peers.ts';
import { policyAwareAttack, type Strategy } from '../../../evaluation/measures/policy-aware-attack.ts';
import { Random } from '../../../evaluation/random.ts';
import { budgetOf, defaultPolicy } from '../../../shared/domain/policy.ts';
import { fc } from '../domain/support/fast-check.ts';
import { judgesNobody, withBudget } from './support/rigged-policies.ts';

const aStrategy = (changes: Partial<Strategy> = {}): Strategy => ({
  pictures: 'never labelled',
  triesPerToken: 3,
  gapSeconds: 3600,
  ownPasses: 'none',
  devices: 'one',
  quietDays: 0,
  looksAhead: false,
  ...changes,
});

describe('an attacker who knows the policy', () => {
  it.each([
    { triesPerToken: 3, tries: 21 },
    // A token holds three attempts, so two cannot be used.
    { triesPerToken: 1, tries: 20 },
  ] as const)('uses up the budget with $triesPerToken tries a token: $tries', ({ triesPerToken, tries }) => {
    const attack = aStrategy({ triesPerToken });

    expect(policyAwareAttack(attack, withBudget(judgesNobody, 22), new Random(1))).toBe(tries);
  });

  it('gets a second budget on a device of another channel, and no third', () => {
    const attack = aStrategy({ devices: 'two in turn', ownPasses: 'once a day', quietDays: 3 });

    expect(policyAwareAttack(attack, withBudget(judgesNobody, 6), new Random(1))).toBe(12);
  });

  it('is flagged after four spoofs if he looks not ahead, and goes on otherwise', () => {
    const blind = aStrategy({ pictures: 'good', gapSeconds: 60 });

    const triesBlind = policyAwareAttack(blind, defaultPolicy, new Random(1));
    const triesAhead = policyAwareAttack(
      { ...blind, looksAhead: true, ownPasses: 'once a day' },
      defaultPolicy,
      new Random(1),
    );

    expect(triesBlind).toBeLessThanOrEqual(8);
    expect(triesAhead).toBeGreaterThan(triesBlind);
  });

  it('gets more from the score alone than from the budget', () => {
    const attack = aStrategy({ ownPasses: 'before each token' });

    expect(policyAwareAttack(attack, withoutBudget(), new Random(1))).toBeGreaterThan(2 * budgetOf(defaultPolicy));
  });

  it('never exceeds the budget with one device, nor both budgets with many, whatever he does', () => {
    const anyStrategy = fc.record<Strategy>({
      pictures: fc.constantFrom('good', 'poor', 'never labelled'),
      triesPerToken: fc.constantFrom(1, 2, 3),
      gapSeconds: fc.constantFrom(1, 60, 3600, 43_200),
      ownPasses: fc.constantFrom('none', 'once a day', 'before each token', 'after each token'),
      devices: fc.constantFrom('one', 'another for own passes', 'two in turn', 'ever new'),
      quietDays: fc.constantFrom(0, 2, 29),
      looksAhead: fc.boolean(),
    });
    const policy = withBudget(judgesNobody, 7);

    fc.assert(
      fc.property(anyStrategy, fc.nat(), (strategy, seed) => {
        const tries = policyAwareAttack(strategy, policy, new Random(seed));

        expect(tries).toBeLessThanOrEqual(strategy.devices === 'one' ? 7 : 14);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the search for the best strategy', () => {
  it('finds one that fills the budget for each quality of pictures', () => {
    const found = closedLoop({ seed: 1, runs: 1, finalRuns: 2, policy: withBudget(judgesNobody, 3) });

    expect(found.budget).toBe(3);
    // A token is only to be had while nothing was judged, and what poor pictures give is often not judged.
    const most = (rows: typeof found.withOneDevice): number[] => rows.map(({ mostJudgedTries }) => mostJudgedTries);
    expect(most(found.withOneDevice)).toEqual([3, expect.any(Number), 3]);
    expect(Math.max(...most(found.withOneDevice))).toBe(3);
    expect(Math.max(...most(found.withManyDevices))).toBe(6);
    expect(found.withOneDevice.every(({ strategy }) => strategy.devices === 'one')).toBe(true);
  });
});

describe('limits of others', () => {
  let peers: PeerTries[];
  beforeAll(() => {
    peers = closedLoopOfPeers();
  });

  it('give what arithmetic says where no pass helps', () => {
    const tries = Object.fromEntries(peers.map((peer) => [peer.name, peer.tries]));

    expect(tries).toMatchObject({
      // 5 in 6 hours, 10 in a day, 10 in the period.
      'Login.gov tries, 6 h': 30 * 4 * 5,
      'failures in 24 h': 30 * 10,
      'Auth0 failures in 30 days': 10,
    });
  });

  it.each(['NIST consecutive failures', 'Entra smart lockout', 'Keycloak failures, 12 h'])(
    'hold nobody who passes with his own face now and then: %s',
    (name) => {
      const peer = peers.find((candidate) => candidate.name === name);

      expect(peer?.triesBetweenPasses).toBeLessThan(100);
      expect(peer?.tries).toBeGreaterThan(100_000);
    },
  );
});

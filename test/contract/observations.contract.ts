import type { Observations } from '../../shared/application/ports.ts';
import type { FirstCheck, Observation } from '../../shared/domain/observations.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';

const now = startOfTests;
const atMs = now.getTime();
const base = { customerId: 'contoso', atMs };

const firstCheck = (what: Partial<FirstCheck> = {}): Observation => ({
  ...base,
  key: 'first-check:alice:20514',
  kind: 'first-check',
  outcome: 'spoof',
  ...what,
});

/** `make` gives an empty store that answers with so many at once. */
export const observationsContract = (make: (options?: { pageSize: number }) => Promise<Observations>): void => {
  it.each<Observation>([
    firstCheck(),
    { ...base, key: 'clean-check:alice:20514', kind: 'clean-check', outcome: 'technical', appVersion: '2.1' },
    { ...base, key: 'clean-check:bob:20514', kind: 'clean-check', outcome: 'real' },
    { ...base, key: 'device-day:1.phone:20514', kind: 'device-day', returning: true, newId: false },
    { ...base, key: 'shared-id-hour:alice:492348', kind: 'shared-id-hour', correlationId: 'alice', devices: 15 },
  ])('gives back what was created: $key', async (observation) => {
    const observations = await make();

    expect(await observations.create(observation, now)).toBe(true);

    expect(await observations.createdBetween('contoso', now, secondsAfter(now, 1))).toEqual({
      observations: [observation],
      until: secondsAfter(now, 1),
    });
  });

  it('creates an observation once, and keeps the first', async () => {
    const observations = await make();

    const created = await Promise.all(
      [1, 2, 3].map((second) => observations.create(firstCheck(), secondsAfter(now, second))),
    );

    expect(created.filter(Boolean)).toHaveLength(1);
    const found = await observations.createdBetween('contoso', now, secondsAfter(now, 60));
    expect(found.observations).toEqual([firstCheck()]);
  });

  it('tells what is new by the moment of creation, not by that of the event', async () => {
    const observations = await make();
    const [early, late] = [firstCheck({ key: 'a' }), firstCheck({ key: 'b', atMs: atMs - 3_600_000 })];
    await observations.create(early, now);
    await observations.create(late, secondsAfter(now, 60));

    const between = async (from: number, until: number) =>
      (await observations.createdBetween('contoso', secondsAfter(now, from), secondsAfter(now, until))).observations;

    expect(await between(0, 60)).toEqual([early]);
    expect(await between(60, 120)).toEqual([late]);
    expect(await between(120, 180)).toEqual([]);
  });

  it('finds what an event of yesterday made today, and the customer’s own only', async () => {
    const observations = await make();
    const yesterday = firstCheck({ atMs: atMs - 24 * 3_600_000 });
    await observations.create(yesterday, now);
    await observations.create(firstCheck({ customerId: 'fabrikam' }), now);

    const found = await observations.createdBetween('contoso', now, secondsAfter(now, 60));

    expect(found.observations).toEqual([yesterday]);
  });

  it('gives as many as it can at once, ends between two moments, and loses none', async () => {
    const observations = await make({ pageSize: 3 });
    const end = secondsAfter(now, 60);
    const seconds = [0, 1, 1, 1, 1, 2, 3];
    for (const [index, second] of seconds.entries()) {
      // Of two days, so that the pages of both are brought together.
      const of = atMs - (index % 2) * 24 * 3_600_000;
      await observations.create(firstCheck({ key: `first-check:${index}`, atMs: of }), secondsAfter(now, second));
    }

    const found: string[] = [];
    let from = now;
    let answers = 0;
    while (from < end) {
      const page = await observations.createdBetween('contoso', from, end);
      expect(page.until.getTime()).toBeGreaterThan(from.getTime());
      found.push(...page.observations.map(({ key }) => key));
      from = page.until;
      answers += 1;
    }

    expect(found.toSorted()).toEqual(seconds.map((_second, index) => `first-check:${index}`));
    expect(answers).toBeGreaterThan(1);
  });
};

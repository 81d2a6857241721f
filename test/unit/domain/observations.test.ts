import type { LivenessEvent } from '../../../shared/domain/events.ts';
import { emptyHistory, fold, type History } from '../../../shared/domain/history.ts';
import { compareObservations, type ObservedEvent, observationsOf } from '../../../shared/domain/observations.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import { anyEvent } from './support/arbitraries.ts';
import { fc } from './support/fast-check.ts';
import { anAbandonedToken, anAttempt, attemptsOn, correlationId, day0Ms, dayMs, noonOf } from './support/histories.ts';

const today = Math.floor(day0Ms / dayMs);

const deviceHistoryOf = (events: readonly LivenessEvent[]): History =>
  events.reduce(
    (history, event) => fold(history, event, { tag: event.correlationId, keep: defaultPolicy.keep }),
    emptyHistory,
  );

const idHistoryOf = (events: readonly LivenessEvent[]): History =>
  events.reduce(
    (history, event) => fold(history, event, { tag: event.deviceKey ?? '', keep: defaultPolicy.keep }),
    emptyHistory,
  );

/** What the last event makes, when it comes after the others of its id and of its device. */
const observedLast = (events: readonly LivenessEvent[]) => {
  const last = events.at(-1) as ObservedEvent;
  const onDevice = events.filter(({ deviceKey }) => deviceKey !== undefined && deviceKey === last.deviceKey);
  return observationsOf(
    last,
    idHistoryOf(events.filter((event) => event.correlationId === last.correlationId)),
    last.deviceKey === undefined ? undefined : deviceHistoryOf(onDevice),
    defaultPolicy,
  );
};

const kindsOf = (events: readonly LivenessEvent[]): string[] => observedLast(events).map(({ kind }) => kind);

describe('a first check', () => {
  it('is the first attempt of an id, whatever it comes to', () => {
    const spoof = anAttempt({ outcome: 'spoof' });

    expect(observedLast([spoof])).toEqual([
      {
        kind: 'first-check',
        key: `first-check:${correlationId}:${today}`,
        customerId: 'contoso',
        atMs: spoof.atMs,
        outcome: 'spoof',
      },
    ]);
  });

  it('stays the first when a token was issued or left unused before', () => {
    const issued: LivenessEvent = {
      ...anAbandonedToken(noonOf(0)),
      type: 'session.issued',
      attemptsAllowed: 1,
      tokenTtlSeconds: 600,
    };

    expect(kindsOf([issued, anAbandonedToken(noonOf(1)), anAttempt({ atMs: noonOf(2) })])).toEqual(['first-check']);
  });

  it('is made again, the same, when the event arrives again after later ones', () => {
    const first = anAttempt({ outcome: 'technical' });
    const history = idHistoryOf([first, ...attemptsOn(1, ['real', 'spoof'])]);

    expect(observationsOf(first, history, undefined, defaultPolicy)).toEqual(observedLast([first]));
  });
});

describe('a clean check', () => {
  it('is the first attempt of the day by an id that passed on an earlier day', () => {
    const [pass] = attemptsOn(0, ['real']);
    const check = { ...anAttempt({ atMs: noonOf(3), outcome: 'technical' }), appVersion: '2.1' };

    expect(observedLast([pass as LivenessEvent, check])).toEqual([
      {
        kind: 'clean-check',
        key: `clean-check:${correlationId}:${today + 3}`,
        customerId: 'contoso',
        atMs: check.atMs,
        outcome: 'technical',
        appVersion: '2.1',
      },
    ]);
  });

  it.each<[string, LivenessEvent[]]>([
    ['by an id that only failed before', [...attemptsOn(0, ['uncertain']), anAttempt({ atMs: noonOf(1) })]],
    ['by an id that passed for the first time today', attemptsOn(0, ['real', 'uncertain'])],
    ['later on the same day', [...attemptsOn(0, ['real']), ...attemptsOn(1, ['uncertain', 'uncertain'])]],
    ['of a token that was left unused', [...attemptsOn(0, ['real']), anAbandonedToken(noonOf(1))]],
  ])('is none %s', (_case, events) => {
    expect(kindsOf(events)).toEqual([]);
  });
});

describe('the day of a device', () => {
  const onPhone = (atMs: number, id = correlationId) => anAttempt({ atMs, deviceKey: 'phone', correlationId: id });
  const otherId = '7d0f1c9e-5d43-4f0e-9a53-3c1f2d7e8a91';

  it.each<[string, LivenessEvent[], { returning: boolean; newId: boolean }]>([
    ['a new device under a new id', [onPhone(noonOf(0))], { returning: false, newId: true }],
    ['a known device under its id', [onPhone(noonOf(0)), onPhone(noonOf(1))], { returning: true, newId: false }],
    [
      'a known device under a new id',
      [onPhone(noonOf(0)), onPhone(noonOf(1), otherId)],
      { returning: true, newId: true },
    ],
    [
      'a known device under an id that left a token unused',
      [onPhone(noonOf(0)), { ...anAbandonedToken(noonOf(0)), correlationId: otherId }, onPhone(noonOf(1), otherId)],
      { returning: true, newId: false },
    ],
    [
      'a token left unused on a known device',
      [onPhone(noonOf(0)), { ...anAbandonedToken(noonOf(1)), deviceKey: 'phone' }],
      { returning: true, newId: false },
    ],
  ])('tells %s', (_case, events, expected) => {
    const last = events.at(-1);

    const [deviceDay] = observedLast(events).filter(({ kind }) => kind === 'device-day');

    expect(deviceDay).toEqual({
      kind: 'device-day',
      key: `device-day:phone:${Math.floor((last?.atMs ?? 0) / dayMs)}`,
      customerId: 'contoso',
      atMs: last?.atMs,
      ...expected,
    });
  });

  it('is made by the first event of the day only, also when the next has the same millisecond', () => {
    const [first, second] = [onPhone(noonOf(0)), onPhone(noonOf(0), otherId)];
    const history = deviceHistoryOf([first, second]);

    const made = [first, second].filter((event) =>
      observationsOf(event, idHistoryOf([event]), history, defaultPolicy).some(({ kind }) => kind === 'device-day'),
    );

    expect(made).toHaveLength(1);
  });
});

describe('the hour of a shared id', () => {
  const from = (devices: number): LivenessEvent[] =>
    Array.from({ length: devices }, (_, index) =>
      anAttempt({ atMs: noonOf(0) + index, deviceKey: `device-${index}`, outcome: index % 2 === 0 ? 'real' : 'spoof' }),
    );

  it('is made from the policy’s number of devices on', () => {
    const { devicesOfOneId } = defaultPolicy.patterns.integration;

    const [sharedId] = observedLast(from(devicesOfOneId)).filter(({ kind }) => kind === 'shared-id-hour');

    expect(sharedId).toMatchObject({ correlationId, devices: devicesOfOneId });
    expect(kindsOf(from(devicesOfOneId - 1))).not.toContain('shared-id-hour');
  });

  it('does not count unknown devices', () => {
    const unknown = Array.from({ length: 40 }, (_, index) => anAttempt({ atMs: noonOf(0) + index }));

    expect(kindsOf([...from(14), ...unknown])).toEqual([]);
  });
});

describe('observations', () => {
  it('are made once for each kind, id and period, in whatever order their events come again', () => {
    const isObserved = (event: LivenessEvent): event is ObservedEvent =>
      event.type === 'attempt' || event.type === 'session.abandoned';
    const events = fc.array(anyEvent(3), { minLength: 1, maxLength: 12 });

    fc.assert(
      fc.property(events, (all) => {
        const unique = [...new Map(all.map((event) => [event.sessionId, event])).values()];
        const idHistory = idHistoryOf(unique);
        const made = unique.filter(isObserved).flatMap((event) => {
          const onDevice = unique.filter(({ deviceKey }) => deviceKey === event.deviceKey);
          return observationsOf(event, idHistory, deviceHistoryOf(onDevice), defaultPolicy);
        });

        expect(new Set(made.map(({ key }) => key)).size).toBe(made.length);
      }),
    );
  });

  it('are ordered by moment, then by key', () => {
    const [a] = observedLast([anAttempt({ correlationId: 'a' })]);
    const [b] = observedLast([anAttempt({ correlationId: 'b' })]);
    const [later] = observedLast([anAttempt({ correlationId: '0', atMs: noonOf(0) + 1 })]);
    const all = [later, b, a].filter((observation) => observation !== undefined);

    expect(all.sort(compareObservations)).toEqual([a, b, later]);
  });
});

import { channelsOf, familiarDevices, latestFailure, onlyOn, scoreElsewhere } from '../../../shared/domain/channel.ts';
import { wholeView } from '../../../shared/domain/counts.ts';
import type { LivenessEvent, Outcome } from '../../../shared/domain/events.ts';
import { ledgerScore } from '../../../shared/domain/ledger-score.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import {
  anAbandonedToken,
  anAttempt,
  anIssuedToken,
  attemptsOn,
  dayMs,
  historyOf,
  hourMs,
  noonOf,
  times,
} from './support/histories.ts';

const familiarAt = (events: readonly LivenessEvent[], atMs = noonOf(1)): string[] => [
  ...familiarDevices(historyOf(events), defaultPolicy, atMs),
];

describe('a familiar device', () => {
  it('passed at least 24 hours ago', () => {
    const pass = attemptsOn(0, ['real'], 'phone');

    expect(familiarAt(pass, noonOf(1))).toEqual(['phone']);
    expect(familiarAt(pass, noonOf(1) - 1)).toEqual([]);
  });

  it('passed within the window', () => {
    const pass = attemptsOn(0, ['real'], 'phone');

    expect(familiarAt([...pass, ...attemptsOn(29, ['spoof'])], noonOf(29))).toEqual(['phone']);
    expect(familiarAt([...pass, ...attemptsOn(30, ['spoof'])], noonOf(30))).toEqual([]);
  });

  it('is known', () => {
    expect(familiarAt(attemptsOn(0, ['real']))).toEqual([]);
    expect(familiarAt([])).toEqual([]);
  });

  it('is clean, unless everything began on it', () => {
    const began = attemptsOn(-1, ['real', ...times<Outcome>(5, 'spoof')], 'phone');
    const clean = attemptsOn(0, ['real', 'uncertain'], 'tablet');
    const unclean = attemptsOn(0, ['real', 'spoof', 'spoof'], 'kiosk');

    expect(familiarAt([...began, ...clean, ...unclean], noonOf(2))).toEqual(['phone', 'tablet']);
  });

  it('stays familiar whatever happens on other devices', () => {
    const own = attemptsOn(0, ['real', 'uncertain'], 'phone');

    expect(familiarAt([...own, ...attemptsOn(1, times(64, 'spoof'), 'tablet')], noonOf(2))).toEqual(['phone']);
  });
});

describe('the channels', () => {
  const phone = [0, 1].flatMap((day) => attemptsOn(day, ['real'], 'phone'));

  it('are one while no device is familiar', () => {
    expect(channelsOf(historyOf([]), defaultPolicy)).toBeUndefined();
    expect(channelsOf(historyOf(attemptsOn(0, ['real', 'spoof'], 'phone')), defaultPolicy)).toBeUndefined();
  });

  it('are taken as of the latest attempt: silence makes no device familiar', () => {
    const pass = attemptsOn(0, ['real'], 'phone');

    expect(channelsOf(historyOf(pass), defaultPolicy)).toBeUndefined();
    expect(channelsOf(historyOf([...pass, anAbandonedToken(noonOf(9))]), defaultPolicy)).toBeUndefined();
    expect(channelsOf(historyOf([...pass, anAttempt({ atMs: noonOf(1) })]), defaultPolicy)).toBeDefined();
  });

  it.each<[boolean, string, LivenessEvent[]]>([
    [true, 'without failures', phone],
    [true, 'with a poor picture', [...phone, ...attemptsOn(1, ['uncertain'], 'phone')]],
    [true, 'when others fail elsewhere', [...phone, ...attemptsOn(1, times(9, 'spoof'), 'tablet')]],
    [false, 'with three spoofs', [...phone, ...attemptsOn(1, times(3, 'spoof'), 'phone')]],
  ])('tell that the owner is clean: %s %s', (ownerIsClean, _, events) => {
    expect(channelsOf(historyOf(events), defaultPolicy)).toEqual({ familiar: new Set(['phone']), ownerIsClean });
  });

  it('judge the attempts elsewhere alone, unknown devices among them', () => {
    const elsewhere = [...attemptsOn(2, ['spoof', 'real'], 'tablet'), ...attemptsOn(2, ['spoof'])];
    const history = historyOf([...phone, ...attemptsOn(2, ['uncertain'], 'phone'), ...elsewhere]);
    const view = wholeView(history, defaultPolicy);
    const channels = channelsOf(history, defaultPolicy);
    if (view === undefined || channels === undefined) throw new Error('the phone is familiar');

    const alone = historyOf(elsewhere);
    expect(scoreElsewhere(history, defaultPolicy, view, channels)).toEqual(ledgerScore(alone, defaultPolicy, view));
  });
});

it('takes what happened on some devices, and nothing else', () => {
  const everythingOn = (device: string): LivenessEvent[] => [
    ...attemptsOn(0, ['real', 'spoof', 'uncertain', 'technical'], device),
    anIssuedToken(noonOf(0), device),
    { ...anAbandonedToken(noonOf(0)), deviceKey: device },
  ];
  const own = everythingOn('phone');
  const { settled: _all, lastAttemptAtMs: _latest, ...onPhone } = historyOf(own);

  expect(onlyOn(historyOf([...own, ...everythingOn('tablet')]), new Set(['phone']))).toMatchObject({
    ...onPhone,
    lastPassAtMs: expect.any(Number) as number,
  });
});

describe('the latest failure', () => {
  const latestOf = (events: readonly LivenessEvent[]): string | undefined => latestFailure(historyOf(events))?.tag;
  const on = (deviceKey: string, what: Parameters<typeof anAttempt>[0] = {}): LivenessEvent =>
    anAttempt({ deviceKey, sessionId: 'a', ...what });

  it('is the one that happened last, of whatever kind', () => {
    const [spoof, uncertain, technical] = (['spoof', 'uncertain', 'technical'] as const).map((outcome, index) =>
      on(outcome, { outcome, atMs: noonOf(0) - index * hourMs }),
    );

    expect(latestOf([spoof, uncertain, technical].flatMap((event) => event ?? []))).toBe('spoof');
    expect(latestOf([uncertain, technical].flatMap((event) => event ?? []))).toBe('uncertain');
    expect(latestOf([on('phone', { outcome: 'real', atMs: noonOf(0) + dayMs })])).toBeUndefined();
  });

  it('of one moment is the one with the larger key', () => {
    const [first, second] = [on('first', { attemptId: 1 }), on('second', { attemptId: 2, outcome: 'technical' })];
    const [a, b] = [on('a', { outcome: 'uncertain' }), on('b', { sessionId: 'b' })];

    expect(latestOf([first, second])).toBe('second');
    expect(latestOf([on('first', { attemptId: 1, outcome: 'technical' }), on('second', { attemptId: 2 })])).toBe(
      'second',
    );
    expect(latestOf([a, b])).toBe('b');
  });

  it('is not an earlier attempt with a larger number', () => {
    const late = on('late', { attemptId: 1, atMs: noonOf(0) + 1 });

    expect(latestOf([late, on('early', { attemptId: 2, outcome: 'technical' })])).toBe('late');
  });
});

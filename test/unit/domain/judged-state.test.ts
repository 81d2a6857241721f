import type { LivenessEvent } from '../../../shared/domain/events.ts';
import {
  deviceToLink,
  foldEvent,
  foldIntoDevice,
  linkedDeviceOf,
  newState,
} from '../../../shared/domain/judged-state.ts';
import { emptyHistory } from '../../../shared/domain/history.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import { scoreOf } from '../../../shared/domain/score.ts';
import {
  anAttempt,
  aState,
  attemptsOn,
  correlationId,
  deviceHistoryOf,
  historyOf,
  otherId,
  times,
} from './support/histories.ts';

it('tags what an id did with the device, and what was done on a device with the id', () => {
  const spoof = anAttempt({ deviceKey: 'phone' });
  const unknown = anAttempt();

  expect(foldEvent(emptyHistory, spoof, defaultPolicy).spoof).toMatchObject([{ tag: 'phone' }]);
  expect(foldEvent(emptyHistory, unknown, defaultPolicy).spoof).toMatchObject([{ tag: '' }]);
  expect(foldIntoDevice(emptyHistory, spoof, defaultPolicy).spoof).toMatchObject([{ tag: correlationId }]);
});

describe('the device to link', () => {
  it.each<[string, string | undefined, LivenessEvent[]]>([
    ['is none without attempts', undefined, []],
    ['is none without a spoof', undefined, attemptsOn(0, ['uncertain', 'technical'], 'phone')],
    ['is that of the spoof', 'phone', attemptsOn(0, ['spoof'], 'phone')],
    [
      'is that of a later failure',
      'tablet',
      [...attemptsOn(0, ['spoof'], 'phone'), ...attemptsOn(1, ['technical'], 'tablet')],
    ],
    [
      'is not that of a later pass',
      'phone',
      [...attemptsOn(0, ['spoof'], 'phone'), ...attemptsOn(1, ['real'], 'tablet')],
    ],
    [
      'is none when the latest failure did not say where',
      undefined,
      [...attemptsOn(0, ['spoof'], 'phone'), ...attemptsOn(1, ['spoof'])],
    ],
    [
      'is none when the spoof is too old',
      undefined,
      [...attemptsOn(0, ['spoof'], 'phone'), ...attemptsOn(30, ['technical'], 'phone')],
    ],
  ])('%s', (_, expected, events) => {
    expect(deviceToLink(historyOf(events), defaultPolicy)).toBe(expected);
  });
});

describe('the link of a device', () => {
  const others = deviceHistoryOf(
    attemptsOn(0, times(9, 'spoof')).map((event) => ({ ...event, correlationId: otherId(1) })),
  );

  it('is unknown when nothing is known of the device, or nothing was attempted', () => {
    expect(linkedDeviceOf(aState(attemptsOn(0, ['spoof'])), undefined, defaultPolicy)).toBeUndefined();
    expect(linkedDeviceOf(newState(correlationId), others, defaultPolicy)).toBeUndefined();
  });

  it('counts the others, and adds to the score when they fail', () => {
    const own = aState(attemptsOn(0, ['spoof'], 'phone'));
    const [quiet, busy] = [deviceHistoryOf([]), others].map((device) => linkedDeviceOf(own, device, defaultPolicy));
    if (quiet === undefined || busy === undefined) throw new Error('the device is known');

    expect(busy).toMatchObject({ spoofs: 9, otherIds: 1 });
    expect(scoreOf({ ...own, linkedDevice: quiet }, defaultPolicy)).toEqual(scoreOf(own, defaultPolicy));
    expect(scoreOf({ ...own, linkedDevice: busy }, defaultPolicy)).toMatchObject({
      link: { added: 6 },
      score: 7.975101,
    });
  });
});

import { Unavailable } from '../../../../shared/application/errors.ts';
import type { ResultEvent } from '../../../../shared/application/ports.ts';
import { encodeResult } from '../../../../shared/contracts/result-message.ts';
import { aCorrelationId, aLivenessResult, aSessionId, customerId } from '../../../support/builders.ts';
import { instead } from '../../../support/instead.ts';
import { type Process, pseudonyms } from '../../../support/memory-app.ts';
import { pass, spoof, technical, uncertain } from './attempts.ts';
import { HOUR_SECONDS, report, tryWith } from './doings.ts';
import { whenRead } from './meanwhile.ts';
import type { Story } from './tell-story.ts';
import { ask, inTrouble, newestToken, type Token, type World } from './world.ts';

const phone = pseudonyms.deviceKey(customerId, 'phone');

/** What whoever read the session at Face sent to the queue, and then ended. */
const sent = (world: World, token: Token, what: Partial<ResultEvent & { type: 'attempt' }>): ResultEvent => {
  const { correlationId, sessionId } = token;
  const atMs = world.app.clock.now().getTime();
  const event = aLivenessResult({ correlationId, sessionId, atMs, deviceKey: phone, ...what });
  world.app.results.sent.push(event);
  return event;
};

const countWhatComes = (process: Process) => inTrouble(() => process.deliverResults());

const reasonsIn = ({ app }: World): Set<string> => new Set(app.parkedMessages.parked.map(({ reason }) => reason));

export const storiesOfRecording: readonly Story[] = [
  {
    name: 'one result',
    given: async (world) => {
      sent(world, await tryWith(world, {}, uncertain), { outcome: 'uncertain' });
    },
    when: countWhatComes,
  },
  {
    name: 'several results, out of order, of two end users on three devices',
    given: async (world) => {
      const bobs = await tryWith(world, { endUserRef: 'bob', deviceId: 'kiosk' }, pass);
      const first = await tryWith(world, {}, uncertain, technical);
      const second = await tryWith(world, { deviceId: 'tablet' }, spoof);
      sent(world, second, { outcome: 'spoof', deviceKey: pseudonyms.deviceKey(customerId, 'tablet') });
      sent(world, first, { attemptId: 2, outcome: 'technical', errorCode: 'TimedOut' });
      sent(world, bobs, { outcome: 'real', deviceKey: pseudonyms.deviceKey(customerId, 'kiosk') });
      sent(world, first, { outcome: 'uncertain' });
    },
    when: countWhatComes,
  },
  {
    name: 'a result that comes twice at once, and once more later',
    given: async (world) => {
      const token = await tryWith(world, {}, spoof, uncertain);
      sent(world, token, { outcome: 'spoof' });
      sent(world, token, { outcome: 'spoof' });
      await world.process.deliverResults();
      world.app.clock.advanceSeconds(10);
      sent(world, token, { outcome: 'spoof' });
      sent(world, token, { attemptId: 2, outcome: 'uncertain' });
    },
    when: countWhatComes,
  },
  {
    name: 'a result that contradicts what is counted',
    given: async (world) => {
      const token = await tryWith(world, {}, spoof);
      sent(world, token, { outcome: 'spoof' });
      await world.process.deliverResults();
      sent(world, token, { outcome: 'real' });
    },
    when: countWhatComes,
    then: (world) => {
      expect(reasonsIn(world)).toEqual(new Set(['contradicts-ledger']));
      return Promise.resolve();
    },
  },
  {
    name: 'messages that cannot be right beside one that is',
    given: (world) => tryWith(world, {}, uncertain),
    when: async (process, world) => {
      const strangersId = aCorrelationId();
      const strange = aLivenessResult({ correlationId: strangersId, sessionId: aSessionId(strangersId) });
      const { correlationId, sessionId } = newestToken(world);
      const right = aLivenessResult({ correlationId, sessionId, outcome: 'uncertain', deviceKey: phone });
      const texts = [strange, right].map((event) => JSON.stringify(encodeResult(event)));
      await process.recordResultMessages(['nonsense', ...texts]);
    },
    then: (world) => {
      expect(reasonsIn(world)).toEqual(new Set(['not JSON', 'unknown-correlation-id']));
      return Promise.resolve();
    },
  },
  {
    name: 'results that another consumer counts meanwhile',
    given: (world) => report(world, {}, spoof, uncertain),
    when: async (process, world) => {
      const restore = whenRead(world, () => world.process.deliverResults());
      await countWhatComes(process);
      restore();
    },
  },
  {
    name: 'results while their end user gets another token',
    given: (world) => report(world, {}, spoof, uncertain),
    when: async (process, world) => {
      const restore = whenRead(world, () => inTrouble(() => ask(world, world.process, { deviceId: 'tablet' })));
      await countWhatComes(process);
      restore();
    },
  },
  {
    name: 'results while device histories cannot be read',
    given: (world) => report(world, {}, spoof, uncertain),
    when: async (process, { app }) => {
      const restore = instead(app.devices, 'find', () => Promise.reject(new Unavailable('no answer')));
      await countWhatComes(process);
      restore();
    },
  },
  {
    name: 'a result after the sweeps have stopped',
    given: async (world) => {
      await world.process.runSweep('complete-decisions');
      world.app.clock.advanceSeconds(HOUR_SECONDS);
      sent(world, await tryWith(world, {}, uncertain), { outcome: 'uncertain' });
    },
    when: countWhatComes,
    then: ({ app }) => {
      expect(app.nudges.nudged).toContain('complete-decisions');
      return Promise.resolve();
    },
  },
];

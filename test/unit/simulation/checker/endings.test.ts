import { checkEndings, unfinished } from '../../../../simulation/checker/endings.ts';
import type { Promised } from '../../../../simulation/checker/model.ts';
import { aReset, aVerdict, someEvidence } from '../../../support/builders.ts';
import { defaultPolicy } from '../../../../shared/domain/policy.ts';
import {
  closes,
  counts,
  endsUnused,
  forgets,
  PHONE,
  properly,
  resets,
  runs,
  withPass,
  type Course,
  type World,
} from './support/course.ts';
import { startWholeCloud } from './support/whole-cloud.ts';
import { HOUR_MS, Witness } from './support/witness.ts';

describe('at its end', () => {
  let world: World;

  beforeEach(async () => {
    const witness = new Witness();
    world = { witness, whole: await startWholeCloud(witness) };
  });

  afterEach(() => world.whole.cloud.stop());

  const endsWith = async (course: Partial<Course>) => {
    await runs(world, { ...properly, ...course });
    await checkEndings(world.witness.model, world.whole.cloud);
    return world.witness.model.broken;
  };

  it.each<[string, Partial<Course>]>([
    ['', {}],
    [
      ' with an event that is published',
      {
        then: ({ witness }) => {
          const event = witness.nextEvent();
          witness.commits(event);
          witness.publishes(event);
        },
      },
    ],
    [' with a reset that carries all failures on', { then: ({ witness }) => resets(witness, 2) }],
    [
      ' with a try after the look that counts, which only another reader saw, when a reset was over',
      {
        then: ({ witness }) => {
          const session = endsUnused(witness);
          resets(witness, 2);
          witness.record = witness.model.story(session.correlationId).record ?? witness.record;
          witness.counts(witness.entry(session, 1, 'spoof'));
        },
      },
    ],
    [
      ' with a digest that made a spoof of a pass',
      { shows: ['spoof', 'real'], counts: ['spoof', 'spoof'], forged: 1, claims: 'F0F0' },
    ],
    [
      ' with a flag',
      { then: ({ witness }) => witness.writes({ history: { ...witness.record, verdicts: [aVerdict()] } }) },
    ],
    [
      ' with a reservation that was given back',
      { then: ({ witness }) => witness.releases(witness.reserves(witness.asks())) },
    ],
    [' with a session that Face has forgotten', { then: ({ witness }) => forgets(witness) }],
    [
      ' with a session that Face itself has forgotten',
      {
        then: async ({ witness, whole }) => {
          const { faceSessionId } = await whole.session(witness.record.correlationId);
          whole.cloud.face.forget(faceSessionId);
          forgets(witness, faceSessionId);
        },
      },
    ],
    [
      ' with enforcement that comes back later',
      { then: ({ witness }) => witness.enforcementEnds(new Date(witness.nowMs + 1)) },
    ],
    [
      ' with enforcement of which is told that it is back',
      {
        then: ({ witness }) => {
          witness.enforcementEnds(witness.now);
          witness.enforcementEnds();
        },
      },
    ],
    [
      ' with observations that will be counted',
      { watches: (whole, nowMs) => whole.watch(new Date(nowMs), new Date(nowMs + HOUR_MS)) },
    ],
    [
      ' with a second pass of one day, which no device keeps',
      { ...withPass, then: ({ witness }) => counts(witness, PHONE, 'real') },
    ],
    [' with a failure on no device', { then: ({ witness }) => counts(witness, undefined, 'spoof') }],
    [
      ' with a check after a reset, which is the first of nobody',
      {
        then: ({ witness }) => {
          resets(witness, 2);
          counts(witness, undefined, 'spoof');
        },
      },
    ],
    [
      ' with a Face session that nobody has used',
      { then: ({ witness, whole }) => whole.session(witness.record.correlationId) },
    ],
    [
      ' with a session that is closed on another day',
      {
        ...withPass,
        then: ({ witness }) => {
          const session = witness.getsToken({ deviceKey: PHONE });
          witness.counts(witness.entry(session, 1, 'real'));
          witness.nowMs += 24 * HOUR_MS;
          witness.counts(witness.endOf(session, 1));
          closes(witness, session);
        },
      },
    ],
  ])('a story that has come to its end%s breaks nothing', async (_, course) => {
    expect(await endsWith(course)).toEqual([]);
    expect(unfinished(world.witness.model, world.whole.cloud)).toEqual([]);
  });

  const pending = { evidence: someEvidence(), policy: defaultPolicy };

  it.each<{ when: string; promise: Promised; says: string; course: Partial<Course> }>([
    {
      when: 'a session is not closed',
      promise: 'I8',
      says: 'is still closing',
      course: { closes: false },
    },
    {
      when: 'a session has begun and its end is not known',
      promise: 'I8',
      says: 'is still reserved',
      course: { then: ({ witness }) => witness.reserves(witness.asks()) },
    },
    {
      when: 'a session that has ended is looked at again and again',
      promise: 'I8',
      says: 'has ended, and is looked at for ever',
      course: {
        then: ({ witness }) => {
          const session = witness.getsToken();
          witness.counts(witness.endOf(session, 0));
          witness.writes({ sessions: [{ ...session, state: 'closed', dueAt: witness.now }] });
        },
      },
    },
    {
      when: 'a session holds its budget',
      promise: 'I8',
      says: 'still holds its budget',
      course: { then: ({ witness }) => closes(witness, witness.getsToken()) },
    },
    {
      when: 'a verdict has no flag',
      promise: 'I8',
      says: 'has no flag yet',
      course: {
        then: ({ witness }) =>
          witness.writes({
            history: { ...witness.record, verdicts: [{ ...aVerdict(), pending }], dueAt: witness.now },
          }),
      },
    },
    {
      when: 'an event is not published',
      promise: 'I4',
      says: 'was committed and never published',
      course: { then: ({ witness }) => witness.commits(witness.nextEvent()) },
    },
    {
      when: 'an event of a customer is not published',
      promise: 'I4',
      says: 'event an-incident was committed and never published',
      course: {
        then: ({ witness }) =>
          witness.customerEvent({
            eventId: 'an-incident',
            type: 'incident.opened',
            customerId: 'contoso',
            sequence: 1,
            at: witness.now,
            data: {},
          }),
      },
    },
    {
      when: 'a decision is not carried out',
      promise: 'I8',
      says: 'is not carried out',
      course: { then: ({ witness }) => witness.decision(aReset()) },
    },
    {
      when: 'nobody has told that a customer is enforced again',
      promise: 'I8',
      says: 'contoso is enforced again, and nobody has told it',
      course: { then: ({ witness }) => witness.enforcementEnds(witness.now) },
    },
    {
      when: 'an observation is not counted',
      promise: 'I8',
      says: 'an observation of contoso is not counted, and nobody will look',
      course: { watches: (whole, nowMs) => whole.watch(new Date(nowMs)) },
    },
    {
      when: 'nobody watches a customer',
      promise: 'I8',
      says: 'an observation of contoso is not counted, and nobody will look',
      course: { watches: () => undefined },
    },
    {
      when: 'a session that Face knows is taken for forgotten',
      promise: 'I9',
      says: 'is taken for forgotten, and Face knows it',
      course: {
        then: async ({ witness, whole }) => {
          const { faceSessionId } = await whole.session(witness.record.correlationId);
          forgets(witness, faceSessionId);
        },
      },
    },
    {
      when: 'an end user is left with a retired id',
      promise: 'I8',
      says: 'which is retired',
      course: {
        then: ({ witness }) => witness.writes({ history: { ...witness.record, status: 'retired' } }),
      },
    },
    {
      when: 'a message is not handled',
      promise: 'I8',
      says: '1 messages are left in liveness-results',
      course: { then: ({ whole }) => whole.message() },
    },
    {
      when: 'a message was given up',
      promise: 'I8',
      says: '1 messages of liveness-results were given up',
      course: { then: ({ whole }) => whole.deadLetter() },
    },
    {
      when: 'an attempt that was read is not in the ledger',
      promise: 'I1',
      says: '/2 was judged by Face and is not in the ledger',
      course: { counts: ['uncertain'], keeps: false, device: 1 },
    },
    {
      when: 'an attempt is counted as something else',
      promise: 'I1',
      says: '/1 is technical in the ledger, and uncertain by Face',
      course: { counts: ['technical', 'spoof'] },
    },
    {
      when: 'a pass is counted as a spoof, and no digest differs',
      promise: 'I1',
      says: '/2 is spoof in the ledger, and real by Face',
      course: { shows: ['spoof', 'real'], counts: ['spoof', 'spoof'] },
    },
    {
      when: 'a forger is not seen',
      promise: 'I1',
      says: '/2 is real in the ledger, and spoof by integrity by Face',
      course: { shows: ['spoof', 'real'], counts: ['spoof', 'real'], device: 1, claims: 'F0F0' },
    },
    {
      when: 'somebody who is no forger is taken for one',
      promise: 'I1',
      says: '/2 is spoof by integrity in the ledger, and real by Face',
      course: { shows: ['spoof', 'real'], counts: ['spoof', 'spoof'], forged: 1, claims: 'D1' },
    },
    {
      when: 'the digest of the latest try is held against an earlier one',
      promise: 'I1',
      says: '/1 is spoof by integrity in the ledger, and uncertain by Face',
      course: { counts: ['spoof', 'spoof'], forged: 0, claims: 'F0F0' },
    },
    {
      when: 'a device has not seen a failure',
      promise: 'I1',
      says: 'a device has not seen what is in a ledger: spoof',
      course: { device: 1 },
    },
    {
      when: 'a device has seen a failure twice',
      promise: 'I1',
      says: 'a device has seen twice what is in a ledger once: uncertain',
      course: { seesAgain: true },
    },
    {
      when: 'a device has seen a failure as another one',
      promise: 'I1',
      says: 'a device has seen what is in no ledger: spoof',
      course: { sees: ['spoof', 'spoof'] },
    },
    {
      when: 'a device has a pass from what the ledger has as a failure',
      promise: 'I1',
      says: 'a device has seen what is in no ledger: real',
      course: { sees: ['uncertain', 'real'] },
    },
    {
      when: 'a device has not seen a pass',
      promise: 'I1',
      says: 'a device has not seen what is in a ledger: real',
      course: { ...withPass, device: 1 },
    },
    {
      when: 'the first check of an id was not observed',
      promise: 'I1',
      says: 'the observation first-check:',
      course: { observations: ['device-day'] },
    },
    {
      when: 'the day of a device was not observed',
      promise: 'I1',
      says: 'the observation device-day:phone:',
      course: { observations: ['first-check'] },
    },
    {
      when: 'the day of a device on which a token was abandoned was not observed',
      promise: 'I1',
      says: 'the observation device-day:tablet:',
      course: {
        then: ({ witness }) => {
          const session = witness.getsToken({ deviceKey: 'tablet' });
          witness.counts(witness.endOf(session, 0));
          closes(witness, session);
        },
      },
    },
    {
      when: 'somebody has tried with a token of which nothing is stored',
      promise: 'I5',
      says: 'with a token that nobody stored',
      course: {
        then: async ({ witness, whole }) => {
          const { authToken } = await whole.session(witness.record.correlationId);
          await whole.tries(authToken, 'real');
        },
      },
    },
    {
      when: 'a session was closed unread',
      promise: 'I9',
      says: 'is closed and was never read',
      course: { reads: false },
    },
    {
      when: 'a reset has forgotten a failure',
      promise: 'I9',
      says: 'after a reset 2 failures were to be carried on, and 1 were',
      course: { then: ({ witness }) => resets(witness, 1) },
    },
    {
      when: 'a reset has forgotten a failure that only another reader saw, but in time',
      promise: 'I9',
      says: 'after a reset 3 failures were to be carried on, and 2 were',
      course: {
        then: ({ witness }) => {
          witness.counts(witness.entry(endsUnused(witness), 1, 'spoof'));
          resets(witness, 2);
        },
      },
    },
  ])('sees for $promise when $when', async ({ promise, says, course }) => {
    const broken = await endsWith(course);

    expect(broken).toContainEqual({ promise, what: expect.stringContaining(says) as string });
    expect(new Set(broken.map((one) => one.promise))).toEqual(new Set([promise]));
  });

  it.each<[string, (world: World) => void]>([
    ['a session is open', ({ witness }) => void witness.getsToken()],
    ['an event is to be published', ({ witness }) => witness.commits(witness.nextEvent())],
    ['a decision is to be carried out', ({ witness }) => witness.decision(aReset())],
  ])('is not there yet while %s', (_, happens) => {
    happens(world);

    expect(unfinished(world.witness.model, world.whole.cloud)).not.toEqual([]);
    expect(world.witness.model.broken).toEqual([]);
  });
});

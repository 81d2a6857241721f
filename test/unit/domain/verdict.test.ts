import type { LivenessEvent, Outcome } from '../../../shared/domain/events.ts';
import { type History, withFaceLink } from '../../../shared/domain/history.ts';
import type { JudgedState } from '../../../shared/domain/judged-state.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import { blockOf, type Verdict } from '../../../shared/domain/verdict.ts';
import { type Circumstances, judge, nextJudgementMs } from '../../../shared/domain/judge.ts';
import type { Occasion } from '../../../shared/domain/patterns/pattern.ts';
import {
  anAbandonedToken,
  anAttempt,
  aState,
  attemptsOn,
  aVerdict,
  dayMs,
  hourMs,
  minuteMs,
  noonOf,
  otherId,
  times,
} from './support/histories.ts';

const nowMs = noonOf(0) + hourMs;

const verdictsOn = (
  state: JudgedState,
  occasion: Occasion = 'failure',
  atMs = nowMs,
  circumstances: Circumstances = {},
): Verdict[] => judge(state, defaultPolicy, occasion, atMs, circumstances).map(({ verdict }) => verdict);

const latched = (state: JudgedState, ...verdicts: Verdict[]): JudgedState => ({
  ...state,
  verdicts: [...state.verdicts, ...verdicts],
});

/** Enough to cross without a spoof label. */
const manyPoorPictures = (day: number): LivenessEvent[] =>
  attemptsOn(day, [...times<Outcome>(9, 'uncertain'), ...times<Outcome>(9, 'technical')]);

const unusedTokens = (count: number, fromMs = noonOf(0)): LivenessEvent[] =>
  times(count, undefined).map((_, index) => anAbandonedToken(fromMs + index * minuteMs));

const facesOf = (history: History, others: number, atMs = noonOf(0)): History =>
  Array.from({ length: others }, (_, index) => otherId(index)).reduce(
    (linked, id) => withFaceLink(linked, { correlationId: id, atMs }, defaultPolicy.keep),
    history,
  );

const ownPhone = [-3, -2].flatMap((day) => attemptsOn(day, ['real'], 'phone'));
const strangersSpoofs = attemptsOn(0, times(4, 'spoof'), 'tablet');

describe('judge', () => {
  it('flags what crosses with a spoof label, from the moment it is looked at', () => {
    const state = aState(attemptsOn(0, times(4, 'spoof')));

    expect(judge(state, defaultPolicy, 'failure', nowMs)).toEqual([
      {
        verdict: {
          kind: 'flagged',
          scope: 'correlation',
          pattern: 'repeated-failures',
          sinceMs: nowMs,
          statistic: 5.560695,
          limit: 5.298317,
          source: 'result',
        },
        history: state.history,
      },
    ]);
    expect(verdictsOn(aState(attemptsOn(0, times(3, 'spoof'))))).toEqual([]);
  });

  it.each<[Occasion, Verdict['source']]>([
    ['failure', 'result'],
    ['result', 'result'],
    ['gate', 'gate'],
    ['timer', 'timer'],
  ])('says who looked: at a %s it is the %s', (occasion, source) => {
    expect(verdictsOn(aState(attemptsOn(0, times(4, 'spoof'))), occasion)).toMatchObject([{ source }]);
  });

  it('flags a pattern once', () => {
    const events = attemptsOn(0, times(6, 'spoof'));
    const flags = verdictsOn(aState(events.slice(0, 4)));

    expect(flags).toHaveLength(1);
    expect(verdictsOn(latched(aState(events), ...flags))).toEqual([]);
  });

  it('flags every other pattern as it comes up, also two at once', () => {
    const { history } = aState([...attemptsOn(0, times(4, 'spoof')), ...unusedTokens(12)]);
    const state = aState([], { history: facesOf(history, 2) });

    const flags = verdictsOn(state, 'timer');

    expect(flags.map(({ pattern }) => pattern)).toEqual(['repeated-failures', 'token-hoarding', 'face-reuse']);
    expect(verdictsOn(latched(state, ...flags.slice(0, 1)), 'timer').map(({ pattern }) => pattern)).toEqual([
      'token-hoarding',
      'face-reuse',
    ]);
    expect(verdictsOn(latched(state, ...flags), 'timer')).toEqual([]);
  });

  it('flags again when a pattern reaches further, and never to reach less far', () => {
    const strangers = unusedTokens(12).map((event) => ({ ...event, deviceKey: 'tablet' }));
    const own = unusedTokens(12, noonOf(0) + 20 * minuteMs).map((event) => ({ ...event, deviceKey: 'phone' }));
    const spoof = attemptsOn(0, ['spoof'], 'tablet');
    const some = aState([...ownPhone, ...strangers, ...spoof]);
    const more = aState([...ownPhone, ...strangers, ...spoof, ...own]);

    const first = verdictsOn(some, 'timer');
    const wider = verdictsOn(latched(more, ...first), 'timer');

    expect(first).toMatchObject([{ pattern: 'token-hoarding', scope: 'device' }]);
    expect(verdictsOn(latched(some, ...first), 'timer')).toEqual([]);
    expect(wider).toMatchObject([{ pattern: 'token-hoarding', scope: 'correlation' }]);
    expect(verdictsOn(latched(some, ...wider), 'timer')).toEqual([]);
  });

  it('flags the id when after a stranger the owner fails too', () => {
    const ownSpoofs = attemptsOn(1, times(6, 'spoof'), 'phone');
    const strangerOnly = verdictsOn(aState([...ownPhone, ...strangersSpoofs, ...attemptsOn(0, ['spoof'], 'tablet')]));
    const both = latched(aState([...ownPhone, ...strangersSpoofs, ...ownSpoofs]), ...strangerOnly);

    expect(strangerOnly).toMatchObject([{ pattern: 'unfamiliar-device', scope: 'device' }]);
    expect(verdictsOn(both, 'failure', noonOf(1) + hourMs)).toMatchObject([
      { pattern: 'repeated-failures', scope: 'correlation' },
    ]);
  });

  it('leaves one face under many ids to the incident while identifiers are assigned wrongly', () => {
    const state = aState([], { history: facesOf(aState().history, 2) });

    expect(verdictsOn(state, 'timer')).toMatchObject([{ kind: 'flagged', pattern: 'face-reuse' }]);
    expect(verdictsOn(state, 'timer', nowMs, { identifierIncident: true })).toEqual([]);
  });
});

describe('the name of a crossing', () => {
  const linkedDevice = { passDays: 0, spoofs: 9, uncertainSessions: 0, technicalSessions: 0, otherIds: 3 };
  const lineage = aState(attemptsOn(-1, times(9, 'spoof'), otherId(1))).history;
  const oneSpoof = attemptsOn(0, ['spoof'], 'tablet');
  const fourSpoofs = attemptsOn(0, times(4, 'spoof'), 'tablet');
  const mismatches = times(6, undefined).map((_, index) =>
    anAttempt({ atMs: noonOf(0) + index * minuteMs, outcome: 'uncertain', reason: 'mismatch', deviceKey: 'tablet' }),
  );

  it.each<[Verdict['pattern'], string, JudgedState]>([
    [
      'impostor',
      'is first, when mismatches prevail',
      aState([...ownPhone, ...fourSpoofs, ...mismatches], { linkedDevice }),
    ],
    [
      'unfamiliar-device',
      'comes before links, when the owner is clean',
      aState([...ownPhone, ...oneSpoof], { linkedDevice }),
    ],
    ['linked-device', 'says that only the link made it cross', aState(oneSpoof, { linkedDevice })],
    ['linked-lineage', 'says so of predecessors', aState(oneSpoof, { lineage })],
    ['repeated-failures', 'is for what crosses without a link', aState(fourSpoofs, { linkedDevice, lineage })],
  ])('%s %s', (pattern, _, state) => {
    expect(verdictsOn(state)).toMatchObject([{ pattern }]);
  });
});

describe('a pause', () => {
  const before = manyPoorPictures(0);
  const [pause] = verdictsOn(aState(before));
  if (pause?.untilMs === undefined) throw new Error('poor pictures pause');
  const lapsedMs = pause.untilMs;
  const paused = (events: readonly LivenessEvent[]): JudgedState => latched(aState(events), pause);

  it('lasts for a day', () => {
    expect(pause).toMatchObject({
      kind: 'paused',
      pattern: 'repeated-failures',
      sinceMs: nowMs,
      untilMs: nowMs + dayMs,
    });
  });

  it('covers further failures, but not a crossing with a spoof label', () => {
    const during = manyPoorPictures(0).map((event) => ({ ...event, atMs: event.atMs + 2 * hourMs }));
    const spoof = anAttempt({ atMs: nowMs + 2 * hourMs });

    expect(verdictsOn(paused([...before, ...during]), 'failure', nowMs + 3 * hourMs)).toEqual([]);
    expect(verdictsOn(paused([...before, spoof]), 'failure', nowMs + 3 * hourMs)).toMatchObject([
      { kind: 'flagged', pattern: 'repeated-failures' },
    ]);
  });

  it('is not repeated for the failures it was made for', () => {
    const oneMore = anAttempt({ atMs: lapsedMs + minuteMs, outcome: 'technical' });

    expect(verdictsOn(paused(before), 'gate', lapsedMs)).toEqual([]);
    expect(verdictsOn(paused([...before, oneMore]), 'failure', lapsedMs + minuteMs)).toEqual([]);
  });

  it('is not repeated for failures of the very moment at which it began', () => {
    const atOnce = times(18, undefined).map(() => anAttempt({ atMs: nowMs, outcome: 'uncertain' }));
    const [began] = verdictsOn(aState(atOnce));
    if (began === undefined) throw new Error('poor pictures pause');

    expect(began).toMatchObject({ kind: 'paused', sinceMs: nowMs });
    expect(verdictsOn(latched(aState(atOnce), began), 'gate', nowMs + dayMs)).toEqual([]);
  });

  it('is repeated when the failures after its start cross on their own', () => {
    const again = manyPoorPictures(2);
    const state = paused([...before, ...again]);

    const [finding] = judge(state, defaultPolicy, 'failure', noonOf(2) + hourMs);

    expect(finding?.verdict).toMatchObject({ kind: 'paused', sinceMs: noonOf(2) + hourMs });
    expect(finding?.history.uncertain).toHaveLength(9);
  });

  it('for unfamiliar devices says so', () => {
    const strangers = manyPoorPictures(0).map((event) => ({ ...event, deviceKey: 'tablet' }));

    expect(verdictsOn(aState([...ownPhone, ...strangers]))).toMatchObject([
      { kind: 'paused', pattern: 'unfamiliar-device', scope: 'device' },
    ]);
  });

  it('is not made beside a flag that is in force', () => {
    const flag = aVerdict({ pattern: 'face-reuse' });

    expect(verdictsOn(latched(aState(before), flag))).toEqual([]);
  });
});

describe('while nobody is to be blocked', () => {
  const audit = { audit: true };
  const crossing = aState(attemptsOn(0, times(4, 'spoof')));

  it('verdicts are marked, and given once', () => {
    const flags = verdictsOn(crossing, 'failure', nowMs, audit);

    expect(flags).toMatchObject([{ kind: 'flagged', audit: true }]);
    expect(verdictsOn(latched(crossing, ...flags), 'failure', nowMs, audit)).toEqual([]);
  });

  it('verdicts do not stand in the way of the real ones later', () => {
    const flags = verdictsOn(crossing, 'failure', nowMs, audit);

    expect(verdictsOn(latched(crossing, ...flags))).toMatchObject([{ kind: 'flagged' }]);
    expect(verdictsOn(latched(crossing, ...flags))[0]).not.toHaveProperty('audit');
  });

  it('a pause as if lasts as long as a real one', () => {
    const [pause] = verdictsOn(aState(manyPoorPictures(0)), 'failure', nowMs, audit);
    const during = manyPoorPictures(0).map((event) => ({ ...event, atMs: event.atMs + 2 * hourMs }));
    if (pause === undefined) throw new Error('poor pictures pause');
    const state = latched(aState([...manyPoorPictures(0), ...during]), pause);

    expect(pause).toMatchObject({ kind: 'paused', audit: true });
    expect(verdictsOn(state, 'failure', nowMs + 3 * hourMs, audit)).toEqual([]);
    expect(verdictsOn(state, 'failure', nowMs + dayMs, audit)).toMatchObject([{ kind: 'paused', audit: true }]);
  });
});

describe('blockOf', () => {
  const flagAll = aVerdict();
  const flagSome = aVerdict({ scope: 'device', pattern: 'unfamiliar-device' });
  const pauseAll = aVerdict({ kind: 'paused', untilMs: nowMs + hourMs });
  const pauseSome = aVerdict({ kind: 'paused', scope: 'device', untilMs: nowMs + hourMs });

  it.each([
    ['nothing', [], undefined],
    ['a flag', [flagAll], { kind: 'flagged', scope: 'correlation' }],
    ['a flag for unfamiliar devices', [flagSome], { kind: 'flagged', scope: 'device' }],
    ['a pause', [pauseAll], { kind: 'paused', scope: 'correlation', untilMs: nowMs + hourMs }],
    ['a pause for unfamiliar devices', [pauseSome], { kind: 'paused', scope: 'device', untilMs: nowMs + hourMs }],
    ['the widest of several flags', [flagAll, flagSome], { kind: 'flagged', scope: 'correlation' }],
    ['a flag rather than a pause', [pauseAll, flagAll], { kind: 'flagged', scope: 'correlation' }],
    [
      'a pause that reaches further than the flag',
      [flagSome, pauseAll],
      { kind: 'paused', scope: 'correlation', untilMs: nowMs + hourMs },
    ],
    ['a flag rather than a pause that reaches no further', [pauseSome, flagSome], { kind: 'flagged', scope: 'device' }],
    ['nothing of what was found in audit', [aVerdict({ audit: true })], undefined],
    ['nothing of a pause that is over', [aVerdict({ kind: 'paused', untilMs: nowMs })], undefined],
  ])('is %s', (_, verdicts, expected) => {
    expect(blockOf(verdicts, nowMs)).toEqual(expected);
  });
});

describe('nextJudgementMs', () => {
  it('is now while there is a crossing that nobody latched', () => {
    expect(nextJudgementMs(aState(unusedTokens(12)), defaultPolicy, nowMs)).toBe(nowMs);
  });

  it('is never when nothing is there, or when a verdict covers it', () => {
    const state = aState(unusedTokens(12));
    const pauses = verdictsOn(state, 'timer');

    expect(pauses).toHaveLength(1);
    expect(nextJudgementMs(aState(unusedTokens(11)), defaultPolicy, nowMs)).toBeUndefined();
    expect(nextJudgementMs(latched(state, ...pauses), defaultPolicy, nowMs)).toBeUndefined();
  });

  it('is the end of a pause when what happened during it crosses on its own', () => {
    const pauses = verdictsOn(aState(manyPoorPictures(0)));
    const during = manyPoorPictures(0).map((event) => ({ ...event, atMs: event.atMs + 2 * hourMs }));
    const state = latched(aState([...manyPoorPictures(0), ...during]), ...pauses);

    expect(nextJudgementMs(state, defaultPolicy, nowMs + 3 * hourMs)).toBe(nowMs + dayMs);
    expect(nextJudgementMs(latched(aState(manyPoorPictures(0)), ...pauses), defaultPolicy, nowMs)).toBeUndefined();
  });
});

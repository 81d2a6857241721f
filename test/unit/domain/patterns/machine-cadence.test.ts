import type { LivenessEvent, Outcome } from '../../../../shared/domain/events.ts';
import { aState, anAttempt, anIssuedToken, attemptsOn, dayMs, noonOf, times } from '../support/histories.ts';
import { occasionsOf, ownPhone, reasonsOn, verdictsOn } from '../support/judging.ts';

const NINETY_SECONDS = 90_000;
const HOUR = 3_600_000;

interface Run {
  /** Milliseconds between the tokens. */
  gaps?: readonly number[];
  outcomes?: readonly Outcome[];
  device?: string;
  startMs?: number;
}

/** Tokens with these gaps, and one attempt with each of the newest of them. */
const sessionsWith = ({
  gaps = times(8, NINETY_SECONDS),
  outcomes = times<Outcome>(4, 'technical'),
  device,
  startMs = noonOf(0),
}: Run = {}): LivenessEvent[] => {
  const moments = gaps.reduce<number[]>((known, gap) => [...known, (known.at(-1) ?? startMs) + gap], [startMs]);
  const tokens = moments.map((atMs) => anIssuedToken(atMs, device));
  const attempts = tokens.slice(tokens.length - outcomes.length).map(({ sessionId, atMs }, index) =>
    anAttempt({
      sessionId,
      atMs: atMs + 5000,
      outcome: outcomes[index] ?? 'technical',
      ...(device !== undefined && { deviceKey: device }),
    }),
  );
  return [...tokens, ...attempts];
};

const found = (run: Run): string[] => verdictsOn(aState(sessionsWith(run))).map(({ pattern }) => pattern);

describe('a machine cadence', () => {
  it('is nine tokens in equal gaps with four failed attempts, and pauses without a spoof label', () => {
    expect(verdictsOn(aState(sessionsWith()))).toMatchObject([
      { kind: 'paused', pattern: 'machine-cadence', scope: 'correlation', statistic: 0, limit: 0.12 },
    ]);
    expect(
      verdictsOn(aState(sessionsWith({ outcomes: ['spoof', 'technical', 'uncertain', 'technical'] }))),
    ).toMatchObject([{ kind: 'flagged', pattern: 'machine-cadence' }]);
  });

  it.each<[string, Run]>([
    ['eight tokens', { gaps: times(7, NINETY_SECONDS) }],
    ['three failed attempts', { outcomes: times(3, 'technical') }],
    ['three failed attempts and a pass', { outcomes: ['technical', 'technical', 'technical', 'real'] }],
    ['a gap above an hour', { gaps: [...times(7, HOUR), HOUR + 1] }],
    ['gaps that spread more', { gaps: times(4, [1_000_000, 1_000_000 * Math.exp(0.2402)].map(Math.round)).flat() }],
    ['gaps of a person', { gaps: [40, 75, 60, 190, 80, 33, 120, 70].map((seconds) => seconds * 1000) }],
  ])('is not %s', (_, run) => {
    expect(found(run)).toEqual([]);
  });

  it.each<[string, Run]>([
    ['gaps of an hour', { gaps: times(8, HOUR) }],
    ['a spread at the limit', { gaps: times(4, [1_000_000, 1_000_000 * Math.exp(0.24)].map(Math.round)).flat() }],
    ['tokens of one moment', { gaps: times(8, 0) }],
    ['more tokens before, in gaps of any kind', { gaps: [5000, 700_000, ...times(8, NINETY_SECONDS)] }],
  ])('is also %s', (_, run) => {
    expect(found(run)).toEqual(['machine-cadence']);
  });

  it('is looked for when a failure is recorded', () => {
    expect(occasionsOf(aState(sessionsWith()))).toEqual(['failure']);
  });

  it('does not rest on failures that are too old to count', () => {
    const monthsAgo = sessionsWith({ startMs: noonOf(0) - 40 * dayMs });

    expect(verdictsOn(aState([...monthsAgo, ...attemptsOn(0, ['technical'])]))).toEqual([]);
  });

  it("of a stranger leaves the clean owner alone, but not of the owner's own phone", () => {
    expect(verdictsOn(aState([...ownPhone, ...sessionsWith({ device: 'tablet' })]))).toMatchObject([
      { scope: 'device' },
    ]);
    expect(verdictsOn(aState([...ownPhone, ...sessionsWith({ device: 'phone' })]))).toMatchObject([
      { scope: 'correlation' },
    ]);
  });

  it('is told by gap and spread', () => {
    const gaps = times(4, [NINETY_SECONDS, NINETY_SECONDS * 1.1]).flat();

    expect(reasonsOn(aState(sessionsWith()))).toEqual(['session starts repeat every 90 s within 0 %']);
    expect(reasonsOn(aState(sessionsWith({ gaps })))).toEqual(['session starts repeat every 95 s within 5 %']);
  });
});

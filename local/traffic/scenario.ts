// The parts that people play.

const honestScenarios = ['honest', 'regular', 'victim', 'failing-version', 'per-session-ids'] as const;

type HonestScenario = (typeof honestScenarios)[number];

export type Scenario =
  | HonestScenario
  | 'brute-forcer'
  | 'slow-dripper'
  | 'token-hoarder'
  | 'impostor'
  | 'clockwork'
  | 'stranger'
  | 'device-farm'
  | 'token-grabber'
  | 'breadth-first';

/** Of those who mean no harm, whatever happens to their checks. */
export const isHonest = (scenario: string): scenario is HonestScenario =>
  honestScenarios.some((honest) => honest === scenario);

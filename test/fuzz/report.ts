// What came of the cases, target by target.

export interface TargetReport {
  name: string;
  cases: number;
  /** How often each status or outcome came. */
  outcomes: ReadonlyMap<string, number>;
  failures: readonly string[];
}

export const count = (outcomes: Map<string, number>, outcome: string, times = 1): void => {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times);
};

export const describeReports = (reports: readonly TargetReport[], seed: number): string => {
  const width = Math.max(6, ...reports.map(({ name }) => name.length));
  const row = (name: string, cases: string, outcomes: string): string =>
    `${name.padEnd(width)}  ${cases.padStart(6)}  ${outcomes}`;
  const rows = reports.map(({ name, cases, outcomes }) =>
    row(
      name,
      String(cases),
      [...outcomes]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([outcome, times]) => `${outcome}: ${times}`)
        .join('  '),
    ),
  );
  const failed = reports.flatMap(({ name, failures }) => failures.map((failure) => `FAILED ${name}\n${failure}`));
  const cases = reports.reduce((sum, report) => sum + report.cases, 0);
  const again = failed.length === 0 ? [] : [`Run again with --seed ${seed}`];
  return [
    row('target', 'cases', 'outcomes'),
    ...rows,
    ...failed,
    ...again,
    `${cases} cases, ${failed.length} failed`,
  ].join('\n');
};

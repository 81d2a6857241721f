// What has to be reached, and whether it was. The numbers are those of the specification.

export interface Goal {
  /** What is measured, in words and with its unit. */
  measure: string;
  bound: 'at least' | 'at most';
  goal: number;
  /** With its 95 % interval where it is a sample. */
  measured: number;
  low?: number;
  high?: number;
  format: (value: number) => string;
}

export type GoalCheck = Goal & { kind: 'met' | 'met within its interval' | 'missed' };

/** `widened`: a goal counts as met when the better end of the interval meets it, for runs too small to be sure. */
export const checkGoal = (goal: Goal, widened: boolean): GoalCheck => {
  const meets = (value: number): boolean => (goal.bound === 'at least' ? value >= goal.goal : value <= goal.goal);
  if (meets(goal.measured)) return { ...goal, kind: 'met' };
  const best = goal.bound === 'at least' ? goal.high : goal.low;
  return widened && best !== undefined && meets(best)
    ? { ...goal, kind: 'met within its interval' }
    : { ...goal, kind: 'missed' };
};

/** One value for each attacker, kind by kind of attack. Always in the same order, so that figures can be compared. */
export type ByKind = readonly Float64Array[];

/** What each attacker's ids had reached after 0, 1, 2... tries, kind by kind. */
export type AttacksByKind = readonly (readonly ArrayLike<number>[])[];

/** One value for each attack. */
export const valueOfEach = (
  attacks: AttacksByKind,
  valueOf: (maximumAfterTries: ArrayLike<number>) => number,
): ByKind => attacks.map((kind) => Float64Array.from(kind, valueOf));

/** Each kind of attack weighs the same, however many attackers it has. */
export const meanOverKinds = (values: ByKind): number =>
  values.reduce((sum, kind) => sum + mean(kind), 0) / values.length;

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

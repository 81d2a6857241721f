import type { MessageFields, SystemField } from '../wire/message-content.ts';

export interface CorrelationFilter {
  system: ReadonlyMap<SystemField, string>;
  user: ReadonlyMap<string, string | number | boolean>;
}

/** True when every field that the filter names has exactly its value; text is compared with its case. */
export const matchesCorrelation = (filter: CorrelationFilter, { system, user }: MessageFields): boolean =>
  [...filter.system].every(([name, value]) => equal(system.get(name), value)) &&
  [...filter.user].every(([name, value]) => equal(user.get(name), value));

const equal = (actual: unknown, wanted: string | number | boolean): boolean => {
  // A config file has no dates; one that is written as text means the moment.
  if (actual instanceof Date) return typeof wanted === 'string' && actual.getTime() === Date.parse(wanted);
  return actual === wanted;
};

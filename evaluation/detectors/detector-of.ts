import type { TraceEvent } from '../trace.ts';
import type { Detector, DetectorRun } from './detector.ts';
import type { Rule, SubjectStatistic } from './rule.ts';

/** The rule, applied to each correlation id or to each device. An unknown device counts as the id's own. */
export const detectorOf = (rule: Rule, by: Detector['by']): Detector => ({
  name: by === 'device' ? `${rule.name}, per device` : rule.name,
  source: rule.source,
  shipped: rule.shipped,
  by,
  start: () => startRun(rule, by),
});

const startRun = (rule: Rule, by: Detector['by']): DetectorRun => {
  const ids = new Map<string, SubjectStatistic>();
  const devices = new Map<string, SubjectStatistic>();
  return {
    see: (event: TraceEvent): number => {
      if (event.type !== 'attempt') return 0;
      return by === 'device' && event.deviceKey !== undefined
        ? statisticOf(devices, event.deviceKey, rule)(event)
        : statisticOf(ids, event.correlationId, rule)(event);
    },
  };
};

const statisticOf = (subjects: Map<string, SubjectStatistic>, key: string, rule: Rule): SubjectStatistic => {
  const known = subjects.get(key);
  if (known !== undefined) return known;
  const created = rule.newSubject();
  subjects.set(key, created);
  return created;
};

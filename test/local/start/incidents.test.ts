import { incidentsSince } from '../../../local/traffic/incidents.ts';
import type { IncidentEvent } from '../../../local/traffic/stored.ts';

const anEvent = (
  type: IncidentEvent['type'],
  incidentId: string,
  openedAtMs: number,
  closedAtMs?: number,
): IncidentEvent => ({
  type,
  customerId: 'contoso',
  data: {
    incidentId,
    pattern: 'incident-breadth-first',
    reason: 'many spoofs',
    statistic: 15.2,
    limit: 15,
    openedAt: new Date(openedAtMs),
    ...(closedAtMs !== undefined && { closedAt: new Date(closedAtMs) }),
  },
});

describe('the incidents of a day', () => {
  it('are those that opened on it or were still open, each once and the oldest first', () => {
    const events = [
      anEvent('incident.opened', 'today', 120),
      anEvent('incident.closed', 'today', 120, 130),
      anEvent('incident.opened', 'from earlier', 50),
      anEvent('incident.closed', 'from earlier', 50, 110),
      anEvent('incident.opened', 'over', 40),
      anEvent('incident.closed', 'over', 40, 90),
      anEvent('incident.opened', 'never closed', 60),
    ];

    const incidents = incidentsSince(events, 100);

    expect(incidents.map(({ incidentId }) => incidentId)).toEqual(['from earlier', 'never closed', 'today']);
  });
});

// The product's own function for results, over its own adapters.

import type { wire } from '../../functions/wire.ts';
import { CosmosCorrelations } from '../../shared/adapters/cosmos/cosmos-correlations.ts';
import type { CosmosDatabase } from '../../shared/adapters/cosmos/cosmos-database.ts';
import { markClosing, newCorrelation, reserve } from '../../shared/application/correlation.ts';
import type { SessionRecord } from '../../shared/application/records.ts';
import { defaultPolicy } from '../../shared/domain/policy.ts';
import { countDocuments } from './count-documents.ts';
import type { Pipeline } from './pipeline.ts';
import type { SessionToRecord, Workload } from './workload.ts';

export interface ProductOptions extends Pick<Pipeline, 'name' | 'cardinality' | 'concurrency'> {
  database: CosmosDatabase;
  product: Pick<ReturnType<typeof wire>, 'recordResultMessages'>;
}

const ATTEMPTS_OF_TOKEN = 3;
const TOKEN_MS = 600_000;

export const makeProductPipeline = ({ database, product, ...kind }: ProductOptions): Pipeline => {
  const correlations = new CosmosCorrelations(database);

  return {
    ...kind,
    prepare: async ({ customerId, people }) => {
      for (const sessions of people) {
        const correlationId = sessions[0]?.correlationId ?? '';
        let record = newCorrelation({ correlationId, customerId, endUserKey: `1.${correlationId}` });
        for (const issued of sessions) {
          const session = closingSession(customerId, issued);
          record = markClosing(reserve(record, session, defaultPolicy), session.sessionId);
          const found = await correlations.find(correlationId);
          await correlations.commit(correlationId, {
            correlation: { record, ...(found !== undefined && { version: found.version }) },
            newSession: session,
          });
        }
      }
    },
    handle: product.recordResultMessages,
    countRecorded: (workload: Workload) => countDocuments(database.container('correlations'), 'attempt', workload),
  };
};

/** As completing a session leaves it: the result is read and on its way by the queue. */
const closingSession = (
  customerId: string,
  { correlationId, sessionId, deviceKey, events }: SessionToRecord,
): SessionRecord => {
  const reservedAt = new Date(events[0]?.atMs ?? 0);
  return {
    sessionId,
    correlationId,
    customerId,
    clientKey: 'performance',
    kind: 'liveness',
    state: 'closing',
    deviceKey,
    appVersion: '4.2.0',
    attemptsAllowed: ATTEMPTS_OF_TOKEN,
    reservedAt,
    expiresAt: new Date(reservedAt.getTime() + TOKEN_MS),
    faceSessionId: sessionId,
    result: {
      cause: 'completed',
      readAt: reservedAt,
      attempts: events.flatMap((event) =>
        event.type === 'attempt' ? [{ attemptId: event.attemptId, outcome: event.outcome }] : [],
      ),
    },
  };
};

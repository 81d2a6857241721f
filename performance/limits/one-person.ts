// Everybody at one lock: the document of one correlation id, which each writer must have read in its newest version.

import { Unavailable } from '../../shared/application/errors.ts';
import { keepAccessTokens } from '../../local/traffic/access-tokens.ts';
import { ApiClient, type TokenAnswer } from '../../local/traffic/api-client.ts';
import type { CloudProcess } from '../cloud/cloud-process.ts';
import { chargesBetween } from '../cloud/charges.ts';
import type { ConnectedProduct } from '../pipelines/connect-product.ts';
import { makeProductPipeline } from '../pipelines/product-pipeline.ts';
import { makeWorkload } from '../pipelines/workload.ts';
import type { AppUnderLoad } from '../soak/start-app.ts';

export interface ResultsAtOnce {
  atOnce: number;
  /** Writers that lost the race too often; the queue brings their messages again. */
  gaveUp: number;
  requestsPerResult: number;
  milliseconds: number;
}

export interface TokensAtOnce {
  atOnce: number;
  issued: number;
  /** Answered by the gate: wait, or no. */
  notNow: number;
  /** 503. */
  busy: number;
  milliseconds: number;
}

/** As many processes with one message each would write. */
export const recordAtOnce = async (
  cloud: CloudProcess,
  { database, product }: ConnectedProduct,
  atOnce: number,
): Promise<ResultsAtOnce> => {
  const sessionsEach = Math.ceil(atOnce / 2);
  const shape = { name: 'one person', people: 1, sessionsEach, atOnce: 1, failure: 'technical', passes: 1 } as const;
  const workload = makeWorkload(shape, atOnce, new Date());
  const pipeline = makeProductPipeline({
    database,
    product,
    name: 'one person',
    cardinality: 'one',
    concurrency: atOnce,
  });
  await pipeline.prepare(workload);

  const before = await cloud.containers();
  const startedMs = performance.now();
  const results = await Promise.allSettled(
    workload.events.map((event) => product.useCases.recordLivenessResults(event.correlationId, [event])),
  );
  const milliseconds = performance.now() - startedMs;
  const { requests } = chargesBetween(before, await cloud.containers());
  const failures = results.filter((result) => result.status === 'rejected').map(({ reason }): unknown => reason);
  const mistake = failures.find((reason) => !(reason instanceof Unavailable));
  if (mistake !== undefined) throw mistake as Error;
  return { atOnce, gaveUp: failures.length, requestsPerResult: requests / workload.events.length, milliseconds };
};

/** Over HTTP, against the running app. */
export const askAtOnce = async (app: AppUnderLoad, atOnce: number): Promise<TokensAtOnce> => {
  const accessToken = keepAccessTokens({ appToken: () => app.cloud.appToken() });
  const api = new ApiClient(app.host.url, () => accessToken('first'));
  const fields = { endUserRef: `asked-for-${atOnce}-times`, appVersion: '4.2.0' };
  const startedMs = performance.now();
  const answers = await Promise.all(Array.from({ length: atOnce }, () => api.askForToken(fields, { patient: false })));
  const milliseconds = performance.now() - startedMs;
  const count = (...kinds: TokenAnswer['kind'][]): number => answers.filter(({ kind }) => kinds.includes(kind)).length;
  return { atOnce, issued: count('issued'), notNow: count('wait', 'refused'), busy: count('busy'), milliseconds };
};

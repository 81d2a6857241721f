import hostJson from '../../host.json' with { type: 'json' };
import { makePlainDuties } from '../plain/plain-duties.ts';
import { makePlainPipeline } from '../plain/plain-pipeline.ts';
import type { ConnectedProduct } from './connect-product.ts';
import type { Pipeline } from './pipeline.ts';
import { makeProductPipeline } from './product-pipeline.ts';

/** As many calls as host.json lets run at once, for functions that take one message each. */
export const CONCURRENCY = hostJson.extensions.serviceBus.maxConcurrentCalls;
/** As many messages at once as the product gets in one batch. */
export const BATCH = hostJson.extensions.serviceBus.maxMessageBatchSize;

export const PRODUCT = 'product';
export const PLAIN = 'plain, results only';
export const PLAIN_ALL_DUTIES = 'plain, all duties';
export const PLAIN_ALL_DUTIES_AT_ONCE = `plain, all duties, ${BATCH} at once`;

/** The product last. */
export const makeContestants = ({ database, serviceBus, product }: ConnectedProduct): Pipeline[] => [
  makePlainPipeline(database, { name: PLAIN, concurrency: CONCURRENCY, writes: 'two-writes' }),
  makePlainPipeline(database, { name: `${PLAIN}, ${BATCH} at once`, concurrency: BATCH, writes: 'two-writes' }),
  makePlainPipeline(database, { name: `${PLAIN}, one batch`, concurrency: CONCURRENCY, writes: 'one-batch' }),
  makePlainPipeline(database, {
    name: PLAIN_ALL_DUTIES,
    concurrency: CONCURRENCY,
    writes: 'two-writes',
    duties: makePlainDuties(database, serviceBus),
  }),
  makePlainPipeline(database, {
    name: PLAIN_ALL_DUTIES_AT_ONCE,
    concurrency: BATCH,
    writes: 'two-writes',
    duties: makePlainDuties(database, serviceBus),
  }),
  makeProductPipeline({
    database,
    product,
    name: 'product, a message a call',
    cardinality: 'one',
    concurrency: CONCURRENCY,
  }),
  makeProductPipeline({ database, product, name: PRODUCT, cardinality: 'many', concurrency: CONCURRENCY }),
];

import { CosmosCorrelations } from '../../shared/adapters/cosmos/cosmos-correlations.ts';
import { dueCorrelationsContract } from '../contract/correlations-due.contract.ts';
import { correlationsContract } from '../contract/correlations.contract.ts';
import { type CosmosWorld, openCosmosWorld } from '../support/local-cosmos.ts';

describe('CosmosCorrelations', () => {
  let world: CosmosWorld;
  beforeAll(async () => {
    world = await openCosmosWorld();
  });
  afterAll(() => world.stop());

  const correlations = () => new CosmosCorrelations(world.database);
  correlationsContract(correlations);
  dueCorrelationsContract(async () => {
    await world.empty('correlations');
    return correlations();
  });
});

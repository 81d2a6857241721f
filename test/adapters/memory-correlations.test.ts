import { MemoryCorrelations } from '../../shared/adapters/memory/memory-correlations.ts';
import { dueCorrelationsContract } from '../contract/correlations-due.contract.ts';
import { correlationsContract } from '../contract/correlations.contract.ts';

describe('MemoryCorrelations', () => {
  const correlations = new MemoryCorrelations();
  correlationsContract(() => correlations);
  dueCorrelationsContract(() => Promise.resolve(new MemoryCorrelations()));
});

import { itSees } from './support/rules.ts';

itSees([
  {
    rule: 'a customer is suspended by people, never by the product itself',
    promise: 'I7',
    says: 'the product itself has made contoso suspended',
    keeps: (witness) => witness.customerIs('suspended'),
    breaks: (witness) => witness.customerIs('suspended', witness.process),
  },
]);

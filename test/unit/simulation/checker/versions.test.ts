import { ofNextVersion } from '../../../../simulation/world/next-version.ts';
import { itSees } from './support/rules.ts';
import type { Witness } from './support/witness.ts';

const document = { id: 'history', _rid: 'rid-1' };
const message = { type: 'attempt', sessionId: 'a session', attemptId: 1, postponed: 0 };
const putOff = { ...message, postponed: 1 };

const stores = (witness: Witness, ...documents: object[]): void =>
  documents.forEach((one) => witness.stores('devices', [one]));

const sends = (witness: Witness, ...messages: object[]): void =>
  messages.forEach((one) => witness.checker.sent('liveness-results', one));

itSees([
  {
    rule: 'this version keeps what the next one has added to a document',
    promise: 'versions',
    says: 'history of devices has lost what the next version has added',
    keeps: (witness) => stores(witness, document, ofNextVersion(document), ofNextVersion(document)),
    breaks: (witness) => stores(witness, ofNextVersion(document), document),
  },
  {
    rule: 'a document that was made anew is another one',
    promise: 'versions',
    says: 'history of devices has lost what the next version has added',
    keeps: (witness) => stores(witness, ofNextVersion(document), { ...document, _rid: 'rid-2' }),
    breaks: (witness) => stores(witness, ofNextVersion(document), document),
  },
  {
    rule: 'this version keeps what the next one has added to a message that it puts off',
    promise: 'versions',
    says: 'attempt a session 1 was put off and has lost what the next version has added',
    keeps: (witness) => sends(witness, ofNextVersion(message), ofNextVersion(putOff)),
    breaks: (witness) => sends(witness, ofNextVersion(message), putOff),
  },
  {
    rule: 'a message that this version has sent, too, may come without',
    promise: 'versions',
    says: 'was put off and has lost what the next version has added',
    keeps: (witness) => sends(witness, message, ofNextVersion(message), putOff),
    breaks: (witness) => sends(witness, ofNextVersion(message), ofNextVersion(message), putOff),
  },
]);

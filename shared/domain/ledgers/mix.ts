// Too many spoof labels for the passes: the outcomes as a Dirichlet-multinomial.

import { makeLogRising } from '../log-gamma.ts';
import type { ClassMixProfile, Profiles } from '../policy.ts';
import { makeRatio } from './ledger.ts';

export interface ClassCounts {
  passDays: number;
  spoofs: number;
  uncertainSessions: number;
  technicalSessions: number;
}

export const makeMixLedger = (profiles: Profiles<ClassMixProfile>): ((counts: ClassCounts) => number) =>
  makeRatio(profiles, ({ means, concentration }) => {
    const total = makeLogRising(concentration);
    const real = makeLogRising(concentration * means.real);
    const spoof = makeLogRising(concentration * means.spoof);
    const uncertain = makeLogRising(concentration * means.uncertain);
    const technical = makeLogRising(concentration * means.technical);
    return ({ passDays, spoofs, uncertainSessions, technicalSessions }: ClassCounts) =>
      real(passDays) +
      spoof(spoofs) +
      uncertain(uncertainSessions) +
      technical(technicalSessions) -
      total(passDays + spoofs + uncertainSessions + technicalSessions);
  });

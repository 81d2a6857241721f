// The kinds of honest people. Shares and rates are assumptions: see the data card.

import type { OutcomeRates } from './outcome-rates.ts';

export type GroupName = 'typical' | 'weak-camera' | 'struggling' | 'often-mistaken' | 'daily';

export interface Group {
  name: GroupName;
  share: number;
  /** Means of the rates of its people, and how closely people keep to them. */
  rates: OutcomeRates;
  concentration: number;
}

export type Groups = readonly Group[];

/** `daily`: everybody checks on most days. `weak-camera`: a country of old phones. */
export type Population = 'ordinary' | 'daily' | 'weak-camera';

const WEAK_CAMERA_SHARE = { usual: 0.08, raised: 0.35 };

const ordinary: Groups = [
  {
    name: 'typical',
    share: 0.79,
    rates: { real: 0.895, spoof: 0.012, uncertain: 0.028, technical: 0.065 },
    concentration: 25,
  },
  {
    name: 'weak-camera',
    share: WEAK_CAMERA_SHARE.usual,
    rates: { real: 0.62, spoof: 0.033, uncertain: 0.115, technical: 0.232 },
    concentration: 12,
  },
  {
    name: 'struggling',
    share: 0.07,
    rates: { real: 0.63, spoof: 0.02, uncertain: 0.105, technical: 0.245 },
    concentration: 12,
  },
  {
    name: 'often-mistaken',
    share: 0.01,
    rates: { real: 0.74, spoof: 0.1, uncertain: 0.09, technical: 0.07 },
    concentration: 12,
  },
  {
    name: 'daily',
    share: 0.05,
    rates: { real: 0.93, spoof: 0.008, uncertain: 0.02, technical: 0.042 },
    concentration: 40,
  },
];

const withShare = (group: Group): Group => {
  if (group.name === 'weak-camera') return { ...group, share: WEAK_CAMERA_SHARE.raised };
  return { ...group, share: (group.share * (1 - WEAK_CAMERA_SHARE.raised)) / (1 - WEAK_CAMERA_SHARE.usual) };
};

const weakCameras = ordinary.map(withShare);

export const groupsOf = (population: Population): Groups => (population === 'weak-camera' ? weakCameras : ordinary);

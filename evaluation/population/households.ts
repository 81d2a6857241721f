// Who shares a device: nobody, a family, or everybody who comes to a kiosk.

import type { Random } from '../random.ts';
import type { Group, Groups } from './groups.ts';

export interface Member {
  group: Group;
  /** Numbered within the block. */
  device: number;
  isKiosk: boolean;
}

interface HouseholdKind {
  fewest: number;
  most: number;
  shareOfPeople: number;
}

const alone: HouseholdKind = { fewest: 1, most: 1, shareOfPeople: 0.86 };
const family: HouseholdKind = { fewest: 2, most: 4, shareOfPeople: 0.12 };
const kiosk: HouseholdKind = { fewest: 20, most: 40, shareOfPeople: 0.02 };

/** Large households are the rarer for the same share of people. */
const withShareOfHouseholds = (kind: HouseholdKind): HouseholdKind & { share: number; isKiosk: boolean } => ({
  ...kind,
  share: kind.shareOfPeople / ((kind.fewest + kind.most) / 2),
  isKiosk: kind === kiosk,
});
const kinds = [withShareOfHouseholds(alone), withShareOfHouseholds(family), withShareOfHouseholds(kiosk)] as const;

/** A weak camera is weak for everybody who uses it: this is what makes a shared device look worse than it is. */
export const drawMembers = (random: Random, people: number, groups: Groups): Member[] => {
  const members: Member[] = [];
  for (let device = 0; members.length < people; device += 1) {
    const { fewest, most, isKiosk } = random.byShare(kinds);
    const size = Math.min(random.whole(fewest, most), people - members.length);
    const first = random.byShare(groups);
    for (let count = 0; count < size; count += 1) {
      const group = count === 0 || first.name === 'weak-camera' ? first : drawWithSoundCamera(random, groups);
      members.push({ group, device, isKiosk });
    }
  }
  return members;
};

const drawWithSoundCamera = (random: Random, groups: Groups): Group => {
  for (;;) {
    const group = random.byShare(groups);
    if (group.name !== 'weak-camera') return group;
  }
};

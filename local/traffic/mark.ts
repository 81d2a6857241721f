// How the people of a day are called. Everything that could identify one of them carries the mark of the day, so that
// it can be told whose it is, and looked for where it must not be.

import { createHash } from 'node:crypto';

export interface Marks {
  endUserRef(person: string): string;
  deviceId(person: string): string;
  clientIp(person: string): string;
}

export const marksOf = (mark: string): Marks => ({
  endUserRef: (person) => `${mark}-${person}`,
  deviceId: (person) => `${mark}-device-of-${person}`,
  clientIp: (person) => `${addressPrefixOf(mark)}${fourDigits(person)}`,
});

/** All addresses of a day begin with this; they are of the range that is reserved for documentation. */
export const addressPrefixOf = (mark: string): string => `2001:db8:${fourDigits(mark)}::`;

const fourDigits = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 4);

// Who is on a verify image. There is no recognition here: the text `person:alice` anywhere in the bytes stands for
// Alice's face. A picture without such a text stands for a stranger of its own, named after its hash.

import { createHash } from 'node:crypto';

import { FaceError } from './face-error.ts';

const SMALLEST_IMAGE_BYTES = 1024;
export const LARGEST_IMAGE_BYTES = 6 * 1024 * 1024;

export interface VerifyImage {
  person: string;
  /** SHA-256, upper-case hex. */
  hash: string;
}

/** JPEG, PNG, GIF, BMP. */
const pictureStarts = ['ffd8ff', '89504e47', '47494638', '424d'];

export const readVerifyImage = (bytes: Buffer): VerifyImage => {
  if (bytes.length < SMALLEST_IMAGE_BYTES || bytes.length > LARGEST_IMAGE_BYTES) {
    throw imageSizeError();
  }
  const hash = createHash('sha256').update(bytes).digest('hex').toUpperCase();
  const people = new Set(Array.from(bytes.toString('latin1').matchAll(/person:([\w.-]{1,100})/g), ([, name]) => name!));
  if (people.size > 1) throw new FaceError(400, 'InvalidImage', 'More than one face is detected in the image.');
  const [person] = people;
  if (person === 'nobody') throw new FaceError(400, 'InvalidImage', 'No face is detected in the image.');
  if (person !== undefined) return { person, hash };

  const start = bytes.toString('hex', 0, 4);
  if (!pictureStarts.some((known) => start.startsWith(known))) {
    throw new FaceError(400, 'InvalidImage', 'Image cannot be decoded: it is no JPEG, PNG, GIF or BMP.');
  }
  return { person: `stranger-${hash.slice(0, 12).toLowerCase()}`, hash };
};

export const imageSizeError = (): FaceError =>
  new FaceError(400, 'InvalidImageSize', 'Image size is too small or too large: 1 KB to 6 MB are allowed.');

/** An image of a person that the local service recognises, for tests and demonstrations. */
export const makeVerifyImage = (person: string): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(`\nperson:${person}\n`), Buffer.alloc(1024)]);

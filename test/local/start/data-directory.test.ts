import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataDirectory } from '../../../local/start/data-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'data-directory-'));

afterAll(() => rmSync(folder, { recursive: true }));

describe('a directory to keep data in', () => {
  it('is of one process at a time', () => {
    const dir = join(folder, 'shared');
    const first = new DataDirectory(dir);

    expect(() => new DataDirectory(dir)).toThrow(`Another npm start uses the data in ${dir}.`);

    first.release();
    new DataDirectory(dir).release();
  });

  it('is not said to be in use when its lock cannot be read', () => {
    const dir = join(folder, 'broken');
    mkdirSync(dir);
    writeFileSync(join(dir, 'lock.db'), 'no database, but long enough to be looked at as one\n'.repeat(20));

    expect(() => new DataDirectory(dir)).toThrow(`Nothing can be kept in ${dir}.`);
  });

  it('cannot be made below a file', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');

    expect(() => new DataDirectory(join(file, 'data'))).toThrow('Nothing can be kept in');
  });
});

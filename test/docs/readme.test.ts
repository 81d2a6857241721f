import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { settingNames } from '../../shared/platform/settings.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

describe('the README', () => {
  it('explains every setting that the app reads', () => {
    expect(settingNames.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it('names only npm scripts that there are', () => {
    const named = [...readme.matchAll(/npm run (?:--silent )?([a-z:-]*[a-z])/g)].map(([, name]) => name);

    expect(named.filter((name) => name === undefined || !(name in manifest.scripts))).toEqual([]);
    expect(readme).toContain('npm ci && npm start');
    expect(readme).toContain('npm ci && npm test');
  });
});

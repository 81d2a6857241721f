// A flag as anybody can check it: its receipt, as it is stored, through the command for it.

import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { canonicalJson } from '../../shared/domain/canonical-json.ts';
import type { Receipt } from '../../shared/domain/receipt.ts';
import { sha256Hex } from '../../shared/platform/hashes.ts';
import { commandIn, type Finished } from '../unit/scripts/support/command.ts';
import { makeTemporaryFolder } from '../unit/scripts/support/temporary-folder.ts';
import { type RunningApp, startApp } from './running-app.ts';

let app: RunningApp;
const folder = makeTemporaryFolder();
const verifyReceipt = commandIn(folder.path, 'verify-receipt');

let receipt: Receipt;
let flag: Record<string, unknown> | undefined;
let text: string;
beforeAll(async () => {
  app = await startApp();
  for (let made = 0; made < 4; made += 1) await app.tryOnce('mallory', 'print');
  await app.runTimer('detectAbusePatterns');
  [flag] = await app.documents(`SELECT * FROM c WHERE c.documentKind = 'flag'`);
  receipt = flag?.receipt as Receipt;
  text = JSON.stringify(receipt);
}, 60_000);
afterAll(async () => {
  await app.stop();
  folder.remove();
});

const verify = (content: string): Promise<Finished> => {
  folder.write('receipt.json', content);
  return verifyReceipt('receipt.json');
};

/** The text with another digit at the end of what matches. */
const withOtherByte = (pattern: RegExp): string => {
  const found = pattern.exec(text);
  if (found === null) throw new Error(`nothing in the receipt matches ${pattern.source}`);
  const at = found.index + found[0].length - 1;
  const changed = `${text.slice(0, at)}${text[at] === '7' ? '8' : '7'}${text.slice(at + 1)}`;
  expect(changed).toHaveLength(text.length);
  return changed;
};

describe('the receipt of a flag', () => {
  it('is the same when it is recomputed', async () => {
    expect(receipt).toMatchObject({ verdict: { pattern: 'repeated-failures', statistic: 5.560695 } });
    expect(await verify(text)).toEqual({ code: 0, stdout: 'same\n', stderr: '' });
  });

  it('is handed to reviewers with its flag, and verifies as it comes', async () => {
    const reviewer = await app.cloud.identity.userToken(defaultConfiguration.tenants[0]!.people[0]!.oid);
    const path = `/api/v1/correlations/${receipt.correlationId}/flags`;

    const answer = await app.call('GET', `${path}/${receipt.flagId}`, { token: reviewer });
    const other = await app.call('GET', `${path}/${receipt.correlationId}`, { token: reviewer });

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ flagId: receipt.flagId, reasons: receipt.reasons, caseKey: flag?.caseKey });
    expect(await verify(JSON.stringify(answer.body))).toMatchObject({ code: 0, stdout: 'same\n' });
    expect(other).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it.each([
    ['a number of the policy', /"alpha":0\.\d+/, '/policyHash'],
    ['the time of an attempt', /"spoof":\[\{"atMs":\d+/, '/hash'],
    ['the session of an attempt', /"sessionId":"[^"]+/, '/hash'],
    ['the score', /"score":5\.\d+/, '/score/score'],
    ['the time of the flag', /"at":"[^"]+(?=Z")/, '/hash'],
    ['a reason', /"reasons":\["\d/, '/reasons/0'],
    ['the hash', /"hash":"[0-9a-f]+/, '/hash'],
  ])(
    'says where it is different when one byte is another, as far as that can be told: %s',
    async (_what, pattern, path) => {
      const { code, stdout } = await verify(withOtherByte(pattern));

      expect(code).toBe(1);
      expect(stdout).toMatch(new RegExp(`^different at ${path}\\n {2}expected .+\\n {2}found {4}.+\\n$`));
    },
  );

  it.each<[string, (forged: Receipt) => Receipt, string]>([
    ['the score', (known) => ({ ...known, score: known.score && { ...known.score, score: 9 } }), '/score/score'],
    ['the statistic', (known) => ({ ...known, verdict: { ...known.verdict, statistic: 9 } }), '/verdict/statistic'],
    ['the policy', (known) => ({ ...known, policy: { ...known.policy, name: 'other' } }), '/policyHash'],
    ['the attempts', ({ evidence, ...known }) => ({ ...known, evidence: { ...evidence, spoof: [] } }), '/verdict'],
    ['the reasons', (known) => ({ ...known, reasons: ['because'] }), '/reasons/0'],
  ])('is different where it was changed when whoever changed it made a new hash: %s', async (_what, forge, path) => {
    const { hash: _old, ...content } = forge(receipt);
    const sealed = { ...content, hash: sha256Hex(canonicalJson(content)) };

    const { code, stdout } = await verify(JSON.stringify(sealed));

    expect(code).toBe(1);
    expect(stdout).toContain(`different at ${path}`);
  });
});

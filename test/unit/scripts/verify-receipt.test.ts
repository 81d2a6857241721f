import { newState, foldEvent } from '../../../shared/domain/judged-state.ts';
import { defaultPolicy as policy } from '../../../shared/domain/policy.ts';
import { freezeEvidence, makeReceipt, type Receipt } from '../../../shared/domain/receipt.ts';
import { judge } from '../../../shared/domain/judge.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { attemptsOn, correlationId, noonOf, times } from '../domain/support/histories.ts';
import { commandIn } from './support/command.ts';
import { makeTemporaryFolder } from './support/temporary-folder.ts';

const folder = makeTemporaryFolder();
afterAll(() => folder.remove());
const verifyReceipt = commandIn(folder.path, 'verify-receipt');

const aReceipt = (): Receipt => {
  const state = newState(correlationId);
  for (const event of attemptsOn(0, times(4, 'spoof'))) state.history = foldEvent(state.history, event, policy);
  const [finding] = judge(state, policy, 'failure', noonOf(0));
  if (finding === undefined) throw new Error('these events cross');
  const evidence = freezeEvidence(finding, state, policy, undefined, sha256Hex);
  const at = new Date(noonOf(0));
  const { verdict } = finding;
  return makeReceipt(
    { correlationId, customerId: 'contoso', flagId: 'flag-1', verdict, evidence, policy, at },
    sha256Hex,
  );
};

describe('npm run verify-receipt', () => {
  it.each([
    ['a receipt', (receipt: Receipt) => receipt],
    ['a flag', (receipt: Receipt) => ({ flagId: 'flag-1', receipt })],
  ])('prints "same" for %s', async (_what, documentOf) => {
    folder.write('receipt.json', JSON.stringify(documentOf(aReceipt()), undefined, 2));

    expect(await verifyReceipt('receipt.json')).toEqual({ code: 0, stdout: 'same\n', stderr: '' });
  });

  it('prints the first difference of one that was changed', async () => {
    const receipt = aReceipt();
    folder.write('forged.json', JSON.stringify({ ...receipt, reasons: ['looked at me'] }));

    const { code, stdout } = await verifyReceipt('forged.json');

    expect(code).toBe(1);
    expect(stdout).toMatch(/^different at \/reasons\/0\n {2}expected ".+"\n {2}found {4}"looked at me"\n$/);
  });

  it.each([
    ['no file', 'none.json', undefined, 'there is no such file'],
    ['no JSON', 'text.json', 'same', 'is not JSON'],
    ['no receipt', 'other.json', '{"hash":"x"}', 'other.json holds no receipt.'],
  ])('says that there is %s', async (_what, file, content, sentence) => {
    if (content !== undefined) folder.write(file, content);

    const { code, stdout, stderr } = await verifyReceipt(file);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('    at ');
  });

  it.each([[[]], [['a', 'b']]])('shows how it is used when it is given %j', async (args) => {
    const { code, stderr } = await verifyReceipt(...args);

    expect(code).toBe(2);
    expect(stderr).toContain('Usage:');
  });
});

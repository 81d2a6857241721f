import type { Decisions } from '../../shared/application/ports.ts';
import type { ResetDecision } from '../../shared/application/records.ts';
import { aReset } from '../support/builders.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';

const now = startOfTests;

/** `make` gives an empty store. */
export const decisionsContract = (make: () => Promise<Decisions>): void => {
  it('finds no decision that was not made, nor one of another customer', async () => {
    const decisions = await make();
    const decision = aReset();
    await decisions.create(decision);

    expect(await decisions.find(decision.customerId, 'reset:another')).toBeUndefined();
    expect(await decisions.find('another', decision.decisionId)).toBeUndefined();
  });

  it('makes a decision once, and keeps the first', async () => {
    const decisions = await make();
    const decision = aReset();

    expect(await decisions.create(decision)).toBe(true);
    expect(await decisions.create({ ...decision, reason: 'another' })).toBe(false);

    expect((await decisions.find(decision.customerId, decision.decisionId))?.record).toEqual(decision);
  });

  it('shows what is due until it is put off or done', async () => {
    const decisions = await make();
    const [putOff, done, waiting] = [
      aReset({ dueAt: now }),
      aReset({ dueAt: secondsAfter(now, -1) }),
      aReset({ dueAt: secondsAfter(now, 1) }),
    ];
    for (const decision of [putOff, done, waiting]) await decisions.create(decision);

    const due = await decisions.due(now);
    expect(due).toHaveLength(2);
    expect(due.map(({ record }) => record)).toEqual(expect.arrayContaining([putOff, done]));

    const { dueAt: _done, ...rest } = done;
    const versionOf = ({ decisionId }: ResetDecision): string =>
      due.find(({ record }) => record.decisionId === decisionId)?.version ?? '';
    const later = { ...putOff, dueAt: secondsAfter(now, 30) };
    expect(await decisions.update({ record: later, version: versionOf(putOff) })).toBe(true);
    expect(await decisions.update({ record: { ...rest, doneAt: now }, version: versionOf(done) })).toBe(true);
    expect(await decisions.due(now)).toEqual([]);
    expect((await decisions.find(done.customerId, done.decisionId))?.record).toEqual({ ...rest, doneAt: now });
    expect(await decisions.due(secondsAfter(now, 30))).toHaveLength(2);
  });

  it('keeps what was written first: of two who carry a decision out, one writes that it is done', async () => {
    const decisions = await make();
    const decision = aReset();
    await decisions.create(decision);
    const version = (await decisions.find(decision.customerId, decision.decisionId))?.version ?? '';

    expect(await decisions.update({ record: { ...decision, doneAt: now }, version })).toBe(true);
    expect(await decisions.update({ record: { ...decision, reason: 'another' }, version })).toBe(false);

    const found = await decisions.find(decision.customerId, decision.decisionId);
    expect(found?.record).toEqual({ ...decision, doneAt: now });
  });
};

import type { Devices } from '../../shared/application/ports.ts';
import { emptyHistory, fold } from '../../shared/domain/history.ts';
import { defaultPolicy } from '../../shared/domain/policy.ts';
import { aCorrelationId, aDevice, aLivenessResult } from '../support/builders.ts';

export const devicesContract = (make: () => Devices): void => {
  it('finds no device that was not stored', async () => {
    expect(await make().find(aDevice().deviceKey)).toBeUndefined();
  });

  it('gives back a device with the history of the correlation ids on it', async () => {
    const correlationId = aCorrelationId();
    const event = aLivenessResult({ correlationId, outcome: 'spoof' });
    const device = aDevice({ history: fold(emptyHistory, event, { tag: correlationId, keep: defaultPolicy.keep }) });

    expect(await make().save(device)).toBe(true);

    expect((await make().find(device.deviceKey))?.record).toEqual(device);
  });

  it('lets the first of several writers win, with a version or without', async () => {
    const device = aDevice();

    const created = await Promise.all([make().save(device), make().save(device)]);
    const version = (await make().find(device.deviceKey))?.version ?? '';
    const saved = await Promise.all([make().save(device, version), make().save(device, version)]);

    expect(created.toSorted()).toEqual([false, true]);
    expect(saved.toSorted()).toEqual([false, true]);
  });

  it('does not bring back a device that was forgotten', async () => {
    const device = aDevice();

    expect(await make().save(device, 'v')).toBe(false);

    expect(await make().find(device.deviceKey)).toBeUndefined();
  });
};

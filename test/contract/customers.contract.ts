import type { Customers } from '../../shared/application/ports.ts';
import type { CustomerRecord } from '../../shared/application/records.ts';
import { aCorrelationId, aCustomer } from '../support/builders.ts';
import { startOfTests } from '../support/held-clock.ts';

const morning = startOfTests;
const lastMillisecond = new Date('2026-03-02T23:59:59.999Z');
const nextDay = new Date('2026-03-03T00:00:00.000Z');

/** `put` is what an operator does. */
export const customersContract = (
  make: () => { customers: Customers; put: (customer: CustomerRecord) => Promise<void> },
): void => {
  const someCustomer = (what: Partial<CustomerRecord> = {}) => aCustomer({ customerId: aCorrelationId(), ...what });

  it('finds no customer that is not there', async () => {
    expect(await make().customers.find('nobody')).toBeUndefined();
  });

  it('gives the customer as it is now, also right after a suspension', async () => {
    const { customers, put } = make();
    const customer = someCustomer();

    await put(customer);
    expect(await customers.find(customer.customerId)).toEqual(customer);

    await put({ ...customer, eligibility: 'suspended' });
    expect(await customers.find(customer.customerId)).toEqual({ ...customer, eligibility: 'suspended' });
  });

  it('gives exactly the quota to sessions that come at once', async () => {
    const { customers } = make();
    const customer = someCustomer({ dailySessionQuota: 7 });

    const taken = await Promise.all(Array.from({ length: 20 }, () => customers.takeQuota(customer, morning)));

    expect(taken.filter(Boolean)).toHaveLength(7);
    expect(await customers.takeQuota(customer, lastMillisecond)).toBe(false);
  });

  it('gives a new quota with the new UTC day', async () => {
    const { customers } = make();
    const customer = someCustomer({ dailySessionQuota: 1 });
    await customers.takeQuota(customer, lastMillisecond);

    expect(await customers.takeQuota(customer, nextDay)).toBe(true);
    expect(await customers.takeQuota(customer, nextDay)).toBe(false);
  });

  it('counts each customer apart', async () => {
    const { customers } = make();
    await customers.takeQuota(someCustomer({ dailySessionQuota: 1 }), morning);

    expect(await customers.takeQuota(someCustomer({ dailySessionQuota: 1 }), morning)).toBe(true);
  });

  it('follows a quota that was raised or lowered during the day', async () => {
    const { customers } = make();
    const customer = someCustomer({ dailySessionQuota: 1 });
    await customers.takeQuota(customer, morning);

    expect(await customers.takeQuota({ ...customer, dailySessionQuota: 2 }, morning)).toBe(true);
    expect(await customers.takeQuota({ ...customer, dailySessionQuota: 1 }, morning)).toBe(false);
  });

  it('takes back what came to nothing, of the day on which it was taken', async () => {
    const { customers } = make();
    const customer = someCustomer({ dailySessionQuota: 1 });
    await customers.takeQuota(customer, lastMillisecond);
    await customers.takeQuota(customer, nextDay);

    await customers.giveQuotaBack(customer, lastMillisecond);

    expect(await customers.takeQuota(customer, nextDay)).toBe(false);
    expect(await customers.takeQuota(customer, lastMillisecond)).toBe(true);
    expect(await customers.takeQuota(customer, lastMillisecond)).toBe(false);
  });

  it('takes back no more than was taken', async () => {
    const { customers } = make();
    const customer = someCustomer({ dailySessionQuota: 1 });
    await customers.giveQuotaBack(customer, morning);
    await customers.takeQuota(customer, morning);
    await customers.giveQuotaBack(customer, morning);
    await customers.giveQuotaBack(customer, morning);

    expect(await customers.takeQuota(customer, morning)).toBe(true);
    expect(await customers.takeQuota(customer, morning)).toBe(false);
  });

  it('gives nothing of a quota of zero', async () => {
    expect(await make().customers.takeQuota(someCustomer({ dailySessionQuota: 0 }), morning)).toBe(false);
  });
};

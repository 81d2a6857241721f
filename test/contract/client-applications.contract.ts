import type { ClientApplications } from '../../shared/application/ports.ts';
import { aCorrelationId } from '../support/builders.ts';

/** `put` is what an operator does. */
export const clientApplicationsContract = (
  make: () => {
    clientApplications: ClientApplications;
    put: (clientKey: string, customerId: string) => Promise<void>;
  },
): void => {
  it('knows the customer of a client application that is onboarded, and of no other', async () => {
    const { clientApplications, put } = make();
    const clientKey = `tenant:${aCorrelationId()}`;
    await put(clientKey, 'contoso');

    expect(await clientApplications.findCustomerId(clientKey)).toBe('contoso');
    expect(await clientApplications.findCustomerId(`${clientKey}0`)).toBeUndefined();
  });
};

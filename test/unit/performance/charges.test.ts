import { chargesBetween } from '../../../performance/cloud/charges.ts';

const used = (count: number, requestCharge: number) => ({ count, requestCharge, throttled: 0 });
const container = (what: object) => ({
  items: 0,
  lsn: 0,
  injected: 0,
  requestCharge: 0,
  operations: {},
  kinds: {},
  ...what,
});

describe('charges between two looks', () => {
  it('are what was added, by container and kind of document', () => {
    const before = {
      'db/people': container({
        requestCharge: 10,
        operations: { Read: used(5, 10) },
        kinds: { history: { Read: used(5, 10) } },
      }),
    };
    const after = {
      'db/people': container({
        requestCharge: 23,
        operations: { Read: used(6, 11), Batch: used(1, 12) },
        kinds: { history: { Read: used(6, 11), Replace: used(1, 7) }, attempt: { Create: used(1, 5) } },
      }),
      'db/devices': container({
        requestCharge: 2,
        operations: { Read: used(2, 2) },
        kinds: { device: { Read: used(2, 2) } },
      }),
    };

    const charges = chargesBetween(before, after);

    expect(charges).toEqual({
      requests: 4,
      charge: 15,
      byKind: { 'people history': 8, 'people attempt': 5, 'devices device': 2 },
    });
  });
});

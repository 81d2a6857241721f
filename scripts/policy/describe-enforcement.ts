import type { Enforcement } from './policies-api.ts';

/** Whether what is found blocks anybody, in lines for people. */
export const describeEnforcement = (customerId: string, { enforced, mode, off }: Enforcement): string[] => [
  `enforcement is ${enforced ? 'on' : 'off'} for ${customerId}`,
  ...(mode === 'audit' ? ['its policy has the mode audit, which ends with another policy only'] : []),
  ...off.map(
    ({ until, appVersion }) =>
      `off until ${until} in ${appVersion === undefined ? 'all versions' : `version ${appVersion}`}`,
  ),
];

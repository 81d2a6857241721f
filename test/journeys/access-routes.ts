// Every route: what its callers need, and how it answers whoever may.

import { randomUUID } from 'node:crypto';
import type { Handlers } from '../../functions/register.ts';
import { makeVerifyImage } from '../../local/face/verify-image.ts';
import type { Answer } from './running-app.ts';

/** What a request is about. */
export interface Target {
  customerId: string;
  sessionId: string;
  correlationId: string;
  flaggedId: string;
  flagId: string;
}

export type Send = (method: string, path: string, body?: unknown) => Promise<Answer>;

export interface Route {
  /** Absent: everybody may call. */
  needs?: string;
  call: (send: Send, target: Target) => Promise<Answer>;
  status: number;
  /** Things of another customer are not there for an application. */
  isAboutThings: boolean;
}

const reason = 'I want it.';

const verifyForm = (): FormData => {
  const form = new FormData();
  form.append('endUserRef', randomUUID());
  form.append('verifyImage', new Blob([new Uint8Array(makeVerifyImage('alice'))]), 'alice.jpg');
  return form;
};

const session = ({ sessionId }: Target): string => `/api/v1/liveness-sessions/${sessionId}`;
const correlation = ({ correlationId }: Target): string => `/api/v1/correlations/${correlationId}`;
const customer = ({ customerId }: Target): string => `/api/v1/customers/${customerId}`;

export const routes: Record<keyof Handlers['http'], Route> = {
  createLivenessSession: {
    needs: 'Sessions.Issue',
    call: (send) => send('POST', '/api/v1/liveness-sessions', { endUserRef: randomUUID() }),
    status: 201,
    isAboutThings: false,
  },
  createLivenessWithVerifySession: {
    needs: 'Sessions.Issue',
    call: (send) => send('POST', '/api/v1/liveness-with-verify-sessions', verifyForm()),
    status: 201,
    isAboutThings: false,
  },
  completeLivenessSession: {
    needs: 'Sessions.Issue',
    call: (send, target) => send('POST', `${session(target)}/completion`, {}),
    status: 202,
    isAboutThings: true,
  },
  getLivenessSession: {
    needs: 'Sessions.Issue',
    call: (send, target) => send('GET', session(target)),
    status: 200,
    isAboutThings: true,
  },
  deleteLivenessSession: {
    needs: 'Sessions.Issue',
    call: (send, target) => send('DELETE', session(target)),
    status: 204,
    isAboutThings: true,
  },
  getCorrelation: {
    needs: 'Sessions.Issue',
    call: (send, target) => send('GET', correlation(target)),
    status: 200,
    isAboutThings: true,
  },
  getFlag: {
    needs: 'Cases.Review',
    call: (send, { flaggedId, flagId }) => send('GET', `/api/v1/correlations/${flaggedId}/flags/${flagId}`),
    status: 200,
    isAboutThings: true,
  },
  resetCorrelation: {
    needs: 'Cases.Review',
    call: (send, target) => send('POST', `${correlation(target)}/reset`, { reason }),
    // The session that is open has to be collected first.
    status: 202,
    isAboutThings: true,
  },
  getActivePolicy: {
    needs: 'Policies.Manage',
    call: (send) => send('GET', '/api/v1/policies/active'),
    status: 200,
    isAboutThings: false,
  },
  putActivePolicy: {
    needs: 'Policies.Manage',
    call: (send) => send('PUT', '/api/v1/policies/active', { policy: {}, reason }),
    status: 200,
    isAboutThings: false,
  },
  getCustomerPolicy: {
    needs: 'Policies.Manage',
    call: (send, target) => send('GET', `${customer(target)}/policy`),
    status: 200,
    isAboutThings: true,
  },
  putCustomerPolicy: {
    needs: 'Policies.Manage',
    call: (send, target) => send('PUT', `${customer(target)}/policy`, { policy: {}, reason }),
    status: 200,
    isAboutThings: true,
  },
  getEnforcement: {
    needs: 'Policies.Manage',
    call: (send, target) => send('GET', `${customer(target)}/enforcement`),
    status: 200,
    isAboutThings: true,
  },
  putEnforcement: {
    needs: 'Policies.Manage',
    call: (send, target) => send('PUT', `${customer(target)}/enforcement`, { enforced: false, forMinutes: 1, reason }),
    status: 200,
    isAboutThings: true,
  },
  getStatus: {
    needs: 'Audit.Read',
    call: (send) => send('GET', '/api/v1/status'),
    status: 200,
    isAboutThings: false,
  },
  getHealth: { call: (send) => send('GET', '/api/health'), status: 200, isAboutThings: false },
};

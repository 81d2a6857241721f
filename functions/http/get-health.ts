import type { HttpHandler } from '@azure/functions';
import { json } from '../../shared/http/http-handler.ts';

/** The process answers: nothing else is asked, so that a dependency's trouble does not restart it. */
export const getHealthHandler = (): HttpHandler => () => json(200, { status: 'up' });

// What `npm start` says.

import type { DayProgress, RaisedFlag, ToldIncident } from '../traffic/play-day.ts';
import type { Summary } from '../traffic/summary.ts';
import type { RunningProduct } from './data-directory.ts';

export const flagLine = (flag: RaisedFlag): string => {
  const { scenario, verdict, pattern, reasons, attemptsBeforeFlag, tokensBeforeFlag, statistic, limit, at } = flag;
  const tries = count(attemptsBeforeFlag, 'try', 'tries');
  const after = attemptsBeforeFlag === 0 ? `${tries} with ${count(tokensBeforeFlag, 'token')}` : tries;
  return `${clock(at)} ${scenario} ${verdict} after ${after}: ${reasons.join('; ')} (${pattern}, ${statistic} against ${limit})`;
};

export const incidentLine = ({
  scenario,
  customerId,
  pattern,
  reason,
  statistic,
  limit,
  openedAt,
}: ToldIncident): string =>
  `${clock(openedAt)} ${scenario}, incident at ${customerId}: ${reason} (${pattern}, ${statistic} against ${limit})`;

export const progressText = ({ now, tokens, tries }: DayProgress): string =>
  `${clock(now)}  ${tokens} tokens, ${tries} tries`;

export const summaryLines = (summary: Summary): string[] => {
  const { flagged, cases, incidents, victim, stranger } = summary;
  return [
    `The day: ${summary.sessions} sessions, ${summary.attempts} tries, ${summary.recorded} recorded, ` +
      `${summary.lost} lost, ${summary.doubleCounted} counted twice.`,
    `${count(flagged.length, 'verdict')} in ${count(cases, 'case')}, ${summary.honestFlagged} of them on honest users; ` +
      `${count(incidents.length, 'incident')}; ${summary.maxBudgetExceeded} end users exceeded their budget of tries.`,
    `The victim of the stranger got ${count(victim.tokens, 'token')}, was refused ${victim.refused} times and waited ` +
      `${victim.waited} times; the stranger was told ${stranger.refusedWith.join(', ') || 'nothing'}.`,
  ];
};

export const isSound = ({ lost, doubleCounted, maxBudgetExceeded, victim }: Summary): boolean =>
  lost === 0 && doubleCounted === 0 && maxBudgetExceeded === 0 && victim.refused === 0 && victim.waited === 0;

/** Lines to copy: they work as they stand, in this order, in one shell. */
export const curlLines = ({
  apiUrl,
  faceEndpoint,
  tenantUrl,
  clientId,
  clientSecret,
  apiClientId,
}: Omit<RunningProduct, 'controlUrl'>): string[] => [
  `TOKEN=$(curl -s ${tenantUrl}/oauth2/v2.0/token -d grant_type=client_credentials -d client_id=${clientId} ` +
    `-d client_secret=${clientSecret} -d scope=api://${apiClientId}/.default | ${field('access_token')})`,
  `SESSION=$(curl -s ${apiUrl}/api/v1/liveness-sessions -H "authorization: Bearer $TOKEN" ` +
    `-H 'content-type: application/json' -d '{"endUserRef":"alice"}'); echo "$SESSION"`,
  `SESSION_ID=$(echo "$SESSION" | ${field('sessionId')}); FACE_TOKEN=$(echo "$SESSION" | ${field('authToken')})`,
  `curl -s -X POST ${faceEndpoint}/face/v1.2/session/start -H "authorization: Bearer $FACE_TOKEN"; echo`,
  `curl -s ${faceEndpoint}/face/v1.2/detectLiveness/singleModal -H "authorization: Bearer $FACE_TOKEN" ` +
    `-H 'content-type: application/json' -d '{"person":"alice","media":"live","outcome":"real"}'; echo`,
  `curl -s ${apiUrl}/api/v1/liveness-sessions/$SESSION_ID/completion -H "authorization: Bearer $TOKEN" ` +
    `-H 'content-type: application/json' -d '{}'; echo`,
];

/** Needs nothing that is not on every machine. */
const field = (name: string): string => `sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/'`;

export const urlLines = (product: RunningProduct): string[] => [
  `API     ${product.apiUrl}/api/v1`,
  `Health  ${product.apiUrl}/api/health`,
];

const clock = (at: Date): string => at.toISOString().slice(11, 16);

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

interface AppVersion {
  appVersion: string;
  share: number;
}

/** Versions of the customer's app in use at the same time, the newest first. */
export const appVersions: readonly [AppVersion, ...AppVersion[]] = [
  { appVersion: '5.2.0', share: 0.55 },
  { appVersion: '5.1.1', share: 0.3 },
  { appVersion: '5.0.3', share: 0.12 },
  { appVersion: '4.9.0', share: 0.03 },
];

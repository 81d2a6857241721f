// The apps of the customers, as people have them.

export const apps = [
  { platform: 'android', appVersion: '5.3.1', sdkVersion: '1.4.1' },
  { platform: 'ios', appVersion: '5.3.0', sdkVersion: '1.4.1' },
  { platform: 'web', appVersion: '2026.11', sdkVersion: '1.3.0' },
] as const;

/** Some have updated to it since the eve. */
export const FAILING_VERSION = '5.4.0';

import { storiesOfClosing } from './stories-of-closing.ts';
import { storiesOfFlagging } from './stories-of-flagging.ts';
import { storiesOfIssuing } from './stories-of-issuing.ts';
import { storiesOfPolicies } from './stories-of-policies.ts';
import { storiesOfPublishing } from './stories-of-publishing.ts';
import { storiesOfReading } from './stories-of-reading.ts';
import { storiesOfRecording } from './stories-of-recording.ts';
import { storiesOfResetting } from './stories-of-resetting.ts';
import type { Story } from './tell-story.ts';

/** Everything that the product does to what is kept. */
export const stories: readonly Story[] = [
  ...storiesOfIssuing,
  ...storiesOfClosing,
  ...storiesOfRecording,
  ...storiesOfFlagging,
  ...storiesOfResetting,
  ...storiesOfPublishing,
  ...storiesOfPolicies,
  ...storiesOfReading,
];

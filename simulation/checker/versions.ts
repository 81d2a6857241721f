// Two versions of the product run side by side: what the newer one adds to documents and messages is there still when
// the older one has written them back.

import type { CosmosWrite } from '../world/observe-cosmos.ts';
import { ADDED_FIELD } from '../world/next-version.ts';
import type { Model } from './model.ts';

export const checkDocumentsKept = (model: Model, { container, documents }: CosmosWrite): void => {
  for (const document of documents) {
    // The same for as long as a document lives, and another when it is made anew.
    const key = document._rid as string;
    if (ADDED_FIELD in document) model.newerDocuments.add(key);
    else if (model.newerDocuments.has(key)) {
      model.breaks('versions', `${document.id as string} of ${container} has lost what the next version has added`);
    }
  }
};

/** A message that is put off is sent again; the versions may have sent it both. */
export const checkMessageKept = (model: Model, message: Record<string, unknown>): void => {
  const key = [message.type, message.sessionId, message.attemptId].join(' ');
  const isNewer = ADDED_FIELD in message;
  const wereAllNewer = model.newerMessages.get(key);
  if (wereAllNewer === true && !isNewer && Number(message.postponed) > 0) {
    model.breaks('versions', `${key} was put off and has lost what the next version has added`);
  }
  model.newerMessages.set(key, isNewer && wereAllNewer !== false);
};

/**
 * Everything stateful between the decoded change and the write: dropping what was delivered twice,
 * gathering per window, running totals, the newest votes.
 */
package io.citytally.count;

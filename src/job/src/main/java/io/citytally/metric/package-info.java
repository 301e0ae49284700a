/** The job's own metrics: one list, from which every stage registers. */
package io.citytally.metric;

/**
 * The job's configuration: the runtime properties of Amazon Managed Service for Apache Flink, typed
 * and checked at start. No other package reads properties or the environment, or knows where the
 * job runs.
 */
package io.citytally.config;

/**
 * The DynamoDB tables and the sinks that write them.
 *
 * <p>Each table is one class that knows its name, keys, attributes and expressions, and nothing of
 * Flink, so that programs outside the job read and write a table in the same words. How the totals
 * stay exact is told in {@link io.citytally.table.IdempotentAdd}.
 */
package io.citytally.table;

/**
 * Where the votes come from: a stream of raw records, and their decoding to changes of votes. A
 * stage takes plain values; {@link io.citytally.source.kinesis.ShardConsumer} alone knows the
 * connector.
 */
package io.citytally.source;

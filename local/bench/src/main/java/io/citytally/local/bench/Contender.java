package io.citytally.local.bench;

import java.time.Duration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A job that counts votes, to be measured next to others on the same votes. */
interface Contender {

  /** How stale each may leave a total. */
  Duration WINDOW = Duration.ofSeconds(1);

  /** How long each remembers a vote, where it does. */
  Duration MEMORY = Duration.ofHours(25);

  /** What it is called in a table. */
  String name();

  /** Adds the whole job, from the source to a {@link CountingSink}. */
  void addTo(StreamExecutionEnvironment env, SyntheticSource source) throws Exception;
}

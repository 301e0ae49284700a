package io.citytally.local.web;

import io.citytally.web.Results;
import io.citytally.web.ResultsSource;
import java.util.concurrent.atomic.AtomicLong;

/** Counts how often the results are read from DynamoDB, each time by one scan of either table. */
final class CountedReads implements ResultsSource {

  private final ResultsSource source;
  private final AtomicLong count = new AtomicLong();

  CountedReads(ResultsSource source) {
    this.source = source;
  }

  @Override
  public Results read() {
    count.incrementAndGet();
    return source.read();
  }

  long count() {
    return count.get();
  }
}

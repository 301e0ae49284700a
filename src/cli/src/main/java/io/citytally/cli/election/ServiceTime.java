package io.citytally.cli.election;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import software.amazon.awssdk.core.SdkResponse;

/**
 * Tells what time it is at the service that sent a response.
 *
 * <p>The web application takes ballots by the clocks of AWS. A command that can't be undone goes by
 * the clock of the operator's machine, which may be wrong. So it first compares the two.
 */
@FunctionalInterface
public interface ServiceTime {

  /** The header of HTTP has whole seconds. */
  Duration PRECISION = Duration.ofSeconds(1);

  /** Returns the time at the service; nothing if the response does not tell it. */
  Optional<Instant> of(SdkResponse response);

  /** Returns the time in the header {@code Date} of the response. */
  static Optional<Instant> inHeader(SdkResponse response) {
    return response
        .sdkHttpResponse()
        .firstMatchingHeader("Date")
        .map(date -> DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
  }

  /**
   * Compares the service's time with this machine's.
   *
   * @param response has just arrived
   * @param margin by which the two clocks may differ
   * @throws RefusedElectionException if they differ by more
   */
  default void check(SdkResponse response, Clock clock, Duration margin) {
    Instant here = clock.instant();
    of(response)
        .filter(there -> Duration.between(there, here).abs().compareTo(margin.plus(PRECISION)) > 0)
        .ifPresent(
            there -> {
              throw new RefusedElectionException(
                  "the clock of this machine shows "
                      + here
                      + ", and the clock of DynamoDB "
                      + there
                      + ". Nothing was written, because ballots are taken by the time of AWS. Set the"
                      + " clock of this machine and run the same command again.");
            });
  }
}
